// What a form asks of one component while its configuration is being written.
package import Supervisor

extension PipelineDesk {
  /// Choices for the field at a JSON pointer. The configuration may lack what is still to be filled in. `returnAddress` is
  /// that of the page that hands on what a sign-in elsewhere sends back, where a browser asks.
  package func options(
    _ question: ComponentQuestion, field: String, text: String, returnAddress: String?
  ) throws -> FieldChoices {
    try inquiry(question.project).options(question, field: field, text: text, returnAddress: returnAddress)
  }

  /// Whether the component works with its configuration, and what it found.
  package func test(_ question: ComponentQuestion) throws -> ComponentFindings {
    try inquiry(question.project).test(question)
  }

  /// Asks with the secrets of that project.
  package func inquiry(_ project: String) -> ComponentInquiry {
    ComponentInquiry(
      metadata: plane.metadata, artifacts: plane.artifacts, workers: plane.workers,
      plugins: { plane.plugins.installed($0) }, secrets: plane.vault.lookup(in: project))
  }
}
