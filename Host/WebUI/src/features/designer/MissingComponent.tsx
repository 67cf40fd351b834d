// A node whose component is not here: why, and what to do about it. Admins do it at once, others see whom to ask.
import { useState } from "react";
import { asProblem, type ApiProblem, invalidate, type Plugins, send, useResource } from "../../api";
import { addresses } from "../../app/router";
import { useSession } from "../../app/session";
import type { PipelineNode } from "../../document/model";
import { Button, EmptyState, ProblemView, Skeleton, useToast } from "../../ui";

export function MissingComponent({ node }: { node: PipelineNode }) {
  const { user } = useSession();
  const toast = useToast();
  const plugins = useResource<Plugins>("/plugins", undefined, { on: (event) => event.type.startsWith("plugin.") });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  if (plugins.problem && !plugins.data) return <ProblemView problem={plugins.problem} onRetry={() => void plugins.reload()} compact />;
  if (!plugins.data) return <Skeleton lines={3} />;
  const plugin = plugins.data.items.find((item) => item.name === node.plugin);
  const enable = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await send("POST", `/plugins/${encodeURIComponent(node.plugin)}/enable`);
      toast(`${node.plugin} is enabled`);
      invalidate("/components");
      invalidate("/plugins");
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };
  const stays = "The node stays in the document as it is.";
  if (!plugin) {
    return (
      <EmptyState icon="plugins" title={`${node.plugin} is not installed here`} text={`${stays} It can't run until ${user.admin ? "its folder lies in the plugins folder" : "an admin of this host installs the plugin"}.`}
        action={<Button to="/plugins">Open the plugins</Button>} />
    );
  }
  if (plugin.state === "ready") {
    return (
      <EmptyState icon="plugins" title={`${plugin.title} has no ${node.component || "such component"}`} text={`${stays} Version ${plugin.versions.join(", ")} offers ${plugin.components.join(", ") || "nothing"}.`}
        action={<Button to={addresses.plugin(node.plugin)}>Open {plugin.title}</Button>} />
    );
  }
  return (
    <>
      {problem ? <ProblemView problem={problem} compact /> : plugin.problem && plugin.state === "refused" && <ProblemView problem={plugin.problem} compact />}
      <EmptyState icon="plugins" title={`${plugin.title} is ${plugin.state === "available" ? "here, but not enabled" : plugin.state}`}
        text={user.admin ? `${stays} Enabling pins the plugin as it is now.` : `${stays} Ask an admin of this host to enable ${node.plugin}; this node works at once then.`}
        action={user.admin
          ? <Button kind="primary" busy={busy} onClick={() => void enable()}>Enable {node.plugin}</Button>
          : <Button to={addresses.plugin(node.plugin)}>Open {plugin.title}</Button>} />
    </>
  );
}
