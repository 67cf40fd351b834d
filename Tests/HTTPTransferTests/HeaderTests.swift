// Header fields, percent encoding, times: values without a line.
import Testing

@testable import HTTPTransfer

@Suite struct HeaderTests {
  @Test func `names are the same in any case, and repeats are kept in order`() {
    var headers: HTTPHeaders = ["Set-Cookie": "a", "set-cookie": "b", "ETag": "\"1\""]
    #expect(headers["SET-COOKIE"] == "a" && headers.all("Set-cookie") == ["a", "b"])
    headers["etag"] = "2"
    #expect(headers.fields.count == 3 && headers["ETag"] == "2")
    headers["Set-Cookie"] = nil
    #expect(headers.fields.count == 1)
  }

  @Test func `all but unreserved characters are encoded, in upper case`() {
    #expect(PercentEncoding.encode("a b/+~%é", slashes: true) == "a%20b/%2B~%25%C3%A9")
    #expect(PercentEncoding.encode("a/b") == "a%2Fb")
    #expect(PercentEncoding.decode("a%20b%2f%C3%A9") == "a b/é")
    #expect(PercentEncoding.decode("%2") == nil && PercentEncoding.decode("%zz") == nil)
    #expect(PercentEncoding.decode("%ff") == nil)
    #expect(PercentEncoding.form([("q", "a&b"), ("n", "1")]) == "q=a%26b&n=1")
  }

  @Test(arguments: ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
  func `the three forms of a time are one`(_ text: String) { #expect(HTTPDate.parse(text) == 784_111_777) }

  @Test(arguments: [
    "", "now", "Sun, 06 Nov 1994", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET", "a b c d e f",
  ])
  func `what is no time is none`(_ text: String) { #expect(HTTPDate.parse(text) == nil) }
}
