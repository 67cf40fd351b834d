// Every route by its operation's id.
import ControlPlane
import JSONValue
import Logging

enum AllRoutes {
  static func make(_ plane: ControlPlane, _ document: APIDocument, _ log: Logger) -> [String: Route] {
    let text = Array(document.json.text.utf8)
    var routes: [String: Route] = ["readDocument": { _ in Answer(content: .json(text)) }]
    for group in [
      SessionRoutes().all, ProviderRoutes(log: log).all, UserRoutes.all, TokenRoutes.all, ProjectRoutes.all,
      PipelineRoutes.all, CheckRoutes.all,
      RunRoutes.all, RunEvidenceRoutes.all, DatasetRoutes.all, ModelRoutes.all, EvaluationRoutes.all,
      ConnectionRoutes.all, PlaygroundRoutes.all, PluginRoutes.all, ComponentRoutes.all, PeopleRoutes.all,
      CommentRoutes.all,
      HostRoutes.all, EventRoutes.all, QualityRoutes.all, TemplateRoutes.all, UploadRoutes.all,
    ] { routes.merge(group) { _, last in last } }
    return routes
  }
}
