// Asks one model, or two side by side, by hand: the same words to both, their answers as they come.
import { useEffect, useMemo, useRef, useState } from "react";
import { type Connections, type ComponentList, type Models, useResource } from "../../api";
import { useCommand } from "../../app/commands";
import { useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, EmptyState, Kbd, Menu, Page, ProblemView, Select, Skeleton, TextArea } from "../../ui";
import { AnswerView } from "./AnswerView";
import { ProviderFields } from "./ProviderFields";
import { connectionOf, connectionWord, modelOf, remembered, requestOf, schemaFrom, settingsFrom } from "./question";
import { SettingsPanel } from "./SettingsPanel";
import { usePlay } from "./usePlay";
import "./playground.css";

const SETTINGS = "ote.playground";
const HISTORY = "ote.playground.history";

export default function PlaygroundPage() {
  const { project: chosen, projects, can, why } = useSession();
  // The page that a model or a connection stands on says its project; else the chosen one, or the first where one may ask.
  const [given] = useQueryState("project");
  const project = (given || chosen) ?? projects.find((entry) => can("operator", entry.name))?.name ?? projects[0]?.name ?? null;
  const models = useResource<Models>(project ? "/models" : null, { project, limit: 200 });
  const connections = useResource<Connections>(project ? "/connections" : null, { project });
  const providers = useResource<ComponentList>("/components", { kind: "provider" });
  const [first, setFirst] = useQueryState("model");
  const [second, setSecond] = useQueryState("other");
  const [settings, setSettings] = useState(() => settingsFrom(window.localStorage.getItem(SETTINGS)));
  const [history, setHistory] = useState(readHistory);
  const [prompt, setPrompt] = useState("");
  const [more, setMore] = useState<Record<string, Record<string, unknown>>>({});
  const field = useRef<HTMLTextAreaElement>(null);
  const { turns, busy, ask, stop, clear } = usePlay();
  useEffect(() => window.localStorage.setItem(SETTINGS, JSON.stringify(settings)), [settings]);

  const callable = useMemo(() => {
    const uses = new Set(providers.data?.items.map((item) => `${item.plugin}/${item.name}`));
    return (connections.data?.items ?? []).filter((entry) => uses.has(entry.use));
  }, [connections.data, providers.data]);
  const options = useMemo(() => [
    ...(models.data?.items ?? []).flatMap((entry) => [
      ...Object.keys(entry.aliases).map((alias) => ({ value: `${entry.model}@${alias}`, label: `${entry.model}@${alias}` })),
      { value: `${entry.model}@${entry.version}`, label: `${entry.model}@${entry.version}, newest` },
    ]),
    ...callable.map((entry) => ({ value: connectionWord(entry.name), label: `${entry.name}, connection` })),
  ], [models.data, callable]);
  const withWord = (word: string) => (word === "" || options.some((option) => option.value === word) ? options : [{ value: word, label: word }, ...options]);
  const words = [first, second].filter((word) => word !== "");
  const { problem: misread, schema } = schemaFrom(settings.schema);
  const reason = (project ? why("operator", project) : "There is no project yet.") ?? (words.length === 0 ? "Choose a model first." : undefined) ?? (misread ? "The JSON schema can't be read." : undefined);
  const send = () => {
    if (reason || busy || prompt.trim() === "" || !project) return;
    const kept = remembered(history, prompt);
    setHistory(kept);
    window.localStorage.setItem(HISTORY, JSON.stringify(kept));
    setPrompt("");
    void ask(project, words.map((word) => ({ name: word, model: modelOf(word, callable, more[word]) })), settings, prompt);
    field.current?.focus();
  };
  useCommand({ id: "playground.send", title: "Ask", group: "Playground", keys: "mod+enter", icon: "play", whileTyping: true, run: send });
  useCommand(busy ? { id: "playground.stop", title: "Stop the answer", group: "Playground", keys: "mod+.", icon: "stop", whileTyping: true, run: stop } : null);
  useCommand(turns.length > 0 ? { id: "playground.new", title: "New conversation", group: "Playground", keys: "n", icon: "plus", run: clear } : null);

  const problem = models.problem ?? connections.problem ?? providers.problem;
  const loading = models.loading || connections.loading || providers.loading;
  const actions = (
    <>
      <Menu label="Asked before" text="Asked before" icon="history" align="end" reason={history.length === 0 ? "Nothing was asked in this browser yet." : undefined}
        items={history.map((entry) => ({ label: entry.length > 60 ? entry.slice(0, 60) + "…" : entry, onSelect: () => { setPrompt(entry); field.current?.focus(); } }))} />
      <Button icon="plus" onClick={clear} reason={turns.length === 0 ? "Nothing has been said yet." : undefined}>New conversation</Button>
    </>
  );
  if (problem && !models.data) return <Page title="Playground"><ProblemView problem={problem} onRetry={() => void Promise.all([models.reload(), connections.reload(), providers.reload()])} /></Page>;
  if (loading) return <Page title="Playground"><Skeleton lines={8} /></Page>;
  return (
    <Page title="Playground" subtitle={project ? `Models of ${project}` : undefined} actions={actions}>
      {options.length === 0 ? (
        <EmptyState icon="models" title="No model to ask" text="Register a model, or save a connection to a provider." action={<Button kind="primary" to="/models">Open the models</Button>} />
      ) : (
        <div className="play">
          <div className="play-main">
            <div className="play-models">
              <Select label="Model" value={first} onChange={setFirst} placeholder="Choose a model" options={withWord(first)} />
              <Select label="Beside it" value={second} onChange={setSecond} placeholder="No other" options={withWord(second)} />
            </div>
            {[...new Set(words)].map((word) => {
              const connection = callable.find((entry) => entry.name === connectionOf(word));
              const component = providers.data?.items.find((item) => connection?.use === `${item.plugin}/${item.name}`);
              return connection && component && (
                <ProviderFields key={word} connection={connection} component={component} more={more[word] ?? {}} onMore={(next) => setMore({ ...more, [word]: next })} />
              );
            })}
            <div className="play-turns" role="log" aria-label="Conversation" aria-live="off">
              {turns.length === 0 && <p className="play-quiet">What you ask goes to {second ? "both models" : "the model"}, with what was said before.</p>}
              {turns.map((turn, at) => (
                <section key={at} aria-label={`Question ${at + 1}`}>
                  <p className="play-prompt">{turn.prompt}</p>
                  <div className={"play-answers" + (turn.answers.length > 1 ? " is-two" : "")}>
                    {turn.answers.map((answer, side) => (
                      <div key={side} className="play-side">
                        <h2>{turn.names[side]}</h2>
                        <AnswerView answer={answer} name={turn.names[side]} schema={schema} />
                      </div>
                    ))}
                  </div>
                </section>
              ))}
            </div>
            <form className="play-ask" onSubmit={(event) => { event.preventDefault(); send(); }}>
              <TextArea ref={field} label="Message" rows={3} value={prompt} onChange={setPrompt} placeholder="What do you want to know?" />
              <div className="play-acts">
                <Kbd keys="mod+enter" />
                {/* Keys: else the pressed Stop becomes Ask before the browser is done with the press, and asks again. */}
                {busy
                  ? <Button key="stop" icon="stop" kind="danger" onClick={stop}>Stop</Button>
                  : <Button key="ask" icon="play" kind="primary" type="submit" reason={reason}>Ask</Button>}
              </div>
            </form>
          </div>
          <aside className="play-aside" aria-label="Settings">
            <h2>Settings</h2>
            <SettingsPanel settings={settings} onChange={setSettings} />
            <details>
              <summary>The request</summary>
              <pre className="play-calls" tabIndex={0} role="region" aria-label="The request">{JSON.stringify(requestOf(settings, [], prompt || "…"), null, 2)}</pre>
            </details>
          </aside>
        </div>
      )}
    </Page>
  );
}

function readHistory(): string[] {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(HISTORY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((entry) => typeof entry === "string") : [];
  } catch {
    return [];
  }
}
