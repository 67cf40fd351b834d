// A page that fails takes only itself down, and says so.
import { Component, type ReactNode } from "react";
import { asProblem, type ApiProblem } from "../api/problem";
import { Page, ProblemView } from "../ui";

interface Props {
  children: ReactNode;
}

export class ErrorBoundary extends Component<Props, { problem: ApiProblem | null }> {
  state = { problem: null as ApiProblem | null };

  static getDerivedStateFromError(thrown: unknown) {
    return { problem: asProblem(thrown) };
  }

  render() {
    const { problem } = this.state;
    if (!problem) return this.props.children;
    // A chunk that is gone means that the host was updated while the page was open: only a reload helps.
    const outdated = /dynamically imported module|Loading chunk|module script failed/i.test(problem.detail);
    return (
      <Page title={outdated ? "This page has a newer version" : "This page failed"}>
        <ProblemView
          problem={
            outdated
              ? { title: "The host has been updated", detail: "The page that is open belongs to the version before.", next: "Retry loads the new one." }
              : problem
          }
          onRetry={() => (outdated ? window.location.reload() : this.setState({ problem: null }))}
        />
      </Page>
    );
  }
}
