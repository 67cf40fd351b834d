// From the address to the page, with the session and the frame around it.
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { EmptyState, NotFoundPage, Page, ProblemView, Skeleton, ToastProvider } from "../ui";
import { ErrorBoundary } from "./ErrorBoundary";
import { Frame } from "./Frame";
import { useKeyboard } from "./keys";
import { find, type Found } from "./routes";
import { useLocation } from "./router";
import { isReturn } from "./signInReturn";
import { SessionProvider, SignInRedirect, useSessionState } from "./session";

const SignInReturnPage = lazy(() => import("../features/session/SignInReturnPage"));

export function App() {
  useKeyboard();
  const [address] = useState(window.location.href);
  if (isReturn(address)) {
    return (
      <main id="content" className="app-open">
        <Suspense fallback={<Waiting />}>
          <SignInReturnPage address={address} />
        </Suspense>
      </main>
    );
  }
  return (
    <ToastProvider>
      <SessionProvider>
        <Content />
      </SessionProvider>
    </ToastProvider>
  );
}

function Content() {
  const location = useLocation();
  const state = useSessionState();
  const found = find(location);
  useHeadingFocus(found?.key ?? location.path);

  if (found?.route.open) {
    return (
      <main id="content" className="app-open">
        <PageOf found={found} />
      </main>
    );
  }
  if (state.phase === "failed") {
    return (
      <main id="content" className="app-open">
        <ProblemView problem={state.problem} onRetry={state.retry} />
      </main>
    );
  }
  if (state.phase === "out") return <SignInRedirect />;
  if (state.phase === "loading") {
    return (
      <main id="content" className="app-open">
        <h1 className="visually-hidden">OpenTrustEval</h1>
        <Skeleton />
      </main>
    );
  }
  if (Object.keys(state.session.roles).length === 0 && !state.session.user.admin && !location.path.startsWith("/settings")) {
    return (
      <Frame>
        <Page title="No project yet">
          <EmptyState icon="users" title="You are in no project yet" text="An admin of the host can add you to one, under Settings, Projects." />
        </Page>
      </Frame>
    );
  }
  return (
    <Frame>
      {found ? (
        <PageOf found={found} />
      ) : (
        <NotFoundPage />
      )}
    </Frame>
  );
}

function PageOf({ found }: { found: Found }) {
  const { page: PageComponent } = found.route;
  return (
    <ErrorBoundary key={found.key}>
      <Suspense fallback={<Waiting />}>
        <PageComponent {...found.props} />
      </Suspense>
    </ErrorBoundary>
  );
}

function Waiting() {
  return (
    <div className="app-waiting">
      <Skeleton lines={6} />
    </div>
  );
}

/** After a change of page the keyboard starts at its heading, as after a full load. */
function useHeadingFocus(key: string) {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const focus = () => {
      const heading = document.querySelector<HTMLElement>("[data-page-heading]");
      heading?.focus({ preventScroll: true });
      return heading !== null;
    };
    document.getElementById("content")?.scrollTo(0, 0);
    if (focus()) return;
    // The page is still on its way: its heading takes the focus as it comes, unless the person went on.
    const watcher = new MutationObserver(() => {
      const elsewhere = document.activeElement && document.activeElement !== document.body && !document.activeElement.closest(".app-rail");
      if (elsewhere || focus()) watcher.disconnect();
    });
    watcher.observe(document.body, { childList: true, subtree: true });
    const timer = window.setTimeout(() => watcher.disconnect(), 5000);
    return () => {
      watcher.disconnect();
      window.clearTimeout(timer);
    };
  }, [key]);
}
