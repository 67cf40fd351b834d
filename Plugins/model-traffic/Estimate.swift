// How many tokens a request may take, before anybody counted them.
internal import JSONValue
package import PluginKit

extension GenerateRequest {
  /// Four bytes a token, which is about right for English, and as many tokens out as may come.
  package func estimate(maxTokens: Int?) -> TokenUsage {
    var bytes = prompt?.utf8.count ?? 0
    bytes += continuation?.utf8.count ?? 0
    for message in messages ?? [] { bytes += message["content"]?.string?.utf8.count ?? message.text.utf8.count }
    for tool in tools { bytes += tool.text.utf8.count }
    return TokenUsage(input: bytes / 4 + 4, output: (maxTokens ?? 256) * choices)
  }
}
