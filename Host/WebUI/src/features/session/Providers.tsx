// Signing in with an identity provider: a link that leaves for it, and what it answered where that was a refusal.
import { useEffect, useState } from "react";
import { address, ApiProblem, asProblem, get } from "../../api/client";
import type { Problem, SignInProvider, SignInProviders } from "../../api/types";

/** Which providers there are; none while the host has not answered, or where it could not. */
export function useProviders(): SignInProvider[] {
  const [providers, setProviders] = useState<SignInProvider[]>([]);
  useEffect(() => {
    let wanted = true;
    get<SignInProviders>("/session/providers")
      .then((answer) => wanted && setProviders(answer.items))
      // The password still works: a second problem on the page would only be in the way.
      .catch(() => undefined);
    return () => {
      wanted = false;
    };
  }, []);
  return providers;
}

/** What stands sealed in the address that the host sent the browser to. */
export function useRefusal(sealed: string | null): ApiProblem | null {
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  useEffect(() => {
    let wanted = true;
    if (!sealed) setProblem(null);
    else {
      get<Problem>("/session/refusals/" + encodeURIComponent(sealed))
        .then((told) => wanted && setProblem(new ApiProblem(told)))
        .catch((thrown) => wanted && setProblem(asProblem(thrown)));
    }
    return () => {
      wanted = false;
    };
  }, [sealed]);
  return problem;
}

/** Links and no buttons: the whole page goes there, and comes back signed in. */
export function Providers({ after }: { after: string }) {
  const providers = useProviders();
  if (providers.length === 0) return null;
  return (
    <>
      <div className="session-providers">
        {providers.map((provider) => (
          <a
            key={provider.id}
            className="ui-button ui-button-secondary"
            href={address(`/session/providers/${provider.id}/start`, { return_to: after })}
          >
            <span className="ui-button-text">Sign in with {provider.title}</span>
          </a>
        ))}
      </div>
      <p className="session-or">or with a password</p>
    </>
  );
}

/** An account's identity as a person knows it: the provider's name, or its address where it is not set up any more. */
export function providerOf(identity: string, providers: SignInProvider[]): string {
  const issuer = identity.split(" ")[0];
  return providers.find((provider) => provider.issuer === issuer)?.title ?? issuer.replace(/^https?:\/\//, "");
}
