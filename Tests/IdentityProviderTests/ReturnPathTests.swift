// Where a sign-in ends: at a page of ours.
import IdentityProvider
import Testing

struct ReturnPathTests {
  @Test(arguments: ["/", "/runs/01ABC?tab=log#x", "/datasets/a%2Fb", "/pipelines/orders?node=a%20b"])
  func `a page of ours is kept`(_ path: String) { #expect(ReturnPath.checked(path) == path) }

  @Test(arguments: [
    "//evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example",
    "https://evil.example",
    "javascript:alert(1)", "evil.example", "", "/a b", "/ä", "/x\r\nSet-Cookie: a=b", "/\u{7F}", "/api/v1/session",
    "/sign-in?return=/sign-in", "/" + String(repeating: "a", count: 2000),
  ])
  func `anything else becomes the first page`(_ path: String) { #expect(ReturnPath.checked(path) == "/") }

  @Test func `nothing wanted is the first page`() { #expect(ReturnPath.checked(nil) == "/") }
}
