// Canvas, palette, inspector and text of one document, and everything one can do with it.
import { useEffect, useMemo, useRef, useState } from "react";
import {
  type CheckedNode, type Component, invalidate, type NodeReport, type Pipeline, type Problem, useEvents,
} from "../../api";
import { useCommand } from "../../app/commands";
import { navigate, useQueryState } from "../../app/router";
import { useSession } from "../../app/session";
import { Button, Icon, IconButton, Kbd, Page, ProblemView, StatusBadge, formatCompact, useToast } from "../../ui";
import { addNode, connect, disconnect, freeName, isName, NAME_RULE, removeNodes, renameNode, setAt } from "../../document/edits";
import { copied, pasted } from "../../document/clipboard";
import { RunDialog } from "../pipelines/RunDialog";
import { Canvas, type LiveNode } from "./Canvas";
import { ComponentPalette } from "./ComponentPalette";
import { EdgePanel } from "./EdgePanel";
import { Inspector } from "./Inspector";
import { JoinDialog } from "./JoinDialog";
import { fitting, type PortChoice } from "./joins";
import { PipelinePanel } from "./PipelinePanel";
import { fieldsToward, placeOf } from "./problemPlaces";
import { Problems } from "./Problems";
import { SaveDialog } from "./SaveDialog";
import { type CardShape, cardsOf, CARD_WIDTH, componentOf, kept, placesOf, snapped, wiresOf } from "./shapes";
import { type Checked, useCheck } from "./useCheck";
import { useClipboard } from "./useClipboard";
import { useDesigner } from "./useDesigner";
import { Versions } from "./Versions";
import { YamlDrawer } from "./YamlDrawer";

interface Props {
  /** Under which unsaved changes are kept. */
  slot: string;
  name?: string;
  pipeline?: Pipeline;
  components: Component[];
  start: { text: string; layout: Record<string, { x: number; y: number }>; etag: string | null };
}

export function Workbench({ slot, name, pipeline, components, start }: Props) {
  const session = useSession();
  const toast = useToast();
  const doc = useDesigner(name, start, slot);
  const [project, setProject] = useState(pipeline?.project ?? session.project ?? session.projects[0]?.name ?? "default");
  const canEdit = session.can("editor", project);
  const canRun = session.can("operator", project);
  const [panel, setPanel] = useState<"none" | "palette" | "yaml">("none");
  const [tab, setTab] = useQueryState("tab", "config");
  const [wire, setWire] = useState<string | null>(null);
  const [dialog, setDialog] = useState<"save" | "run" | "versions" | null>(null);
  const [joining, setJoining] = useState<{ name: string; port?: PortChoice } | null>(null);
  const [line, setLine] = useState<{ line: number } | null>(null);
  const [sheet, setSheet] = useState(tab === "comments");
  const [said, setSaid] = useState("");
  const [asked, ask] = useQueryState("node");
  const [revealed, reveal] = useState<{ name: string } | null>(null);
  const [live, setLive] = useState<Record<string, LiveNode>>({});
  const [run, setRun] = useState<{ id: string; status: string } | null>(null);

  const model = doc.good.model;
  const places = useMemo(() => (model ? placesOf(model, doc.layout) : {}), [model, doc.layout]);
  const drawn = useRef<CardShape[]>([]);
  const cards = useMemo(() => (drawn.current = kept(drawn.current, model ? cardsOf(model, components, places) : [])), [model, components, places]);
  const wires = useMemo(() => (model ? wiresOf(model, cards) : []), [model, cards]);
  const check = useCheck(doc.text, project, doc.read.model !== null, canEdit, components);
  const problems = check.answer?.problems ?? [];
  const troubled = useMemo(() => new Set(problems.flatMap((problem) => placeOf(problem).node ?? [])), [problems]);
  const chosen = doc.selection.length === 1 ? cards.find((card) => card.node.name === doc.selection[0]) : undefined;
  const edge = wire === null ? undefined : wires.find((shape) => shape.id === wire);
  const why = session.why("editor", project);

  // The address names the chosen node, and a node that it names is chosen and shown.
  // What was written here itself is no wish: the choice may have gone on since.
  const written = useRef<string>();
  useEffect(() => {
    if (asked === "" || asked === written.current) return;
    if (!model?.nodes.some((node) => node.name === asked)) {
      toast(`There is no node ${asked} in this pipeline`);
      ask(null);
      return;
    }
    written.current = asked;
    setWire(null);
    doc.select([asked]);
    reveal({ name: asked });
  }, [asked]);
  const opened = useRef(false);
  useEffect(() => {
    if (opened.current) {
      written.current = doc.selection.length === 1 ? doc.selection[0] : "";
      ask(written.current || null);
    }
    opened.current = true;
  }, [doc.selection]);

  const edit = (text: string, about?: string, selection?: string[]) => doc.change(selection ? { text, selection } : { text }, about);

  const add = (component: Component, at?: { x: number; y: number }) => {
    if (!model) return;
    const added = freeName(component.name.replace(/-/g, "_"), model.nodes.map((node) => node.name));
    const anchor = chosen ?? cards[cards.length - 1];
    const place = at ?? (anchor ? { x: anchor.x + CARD_WIDTH + 64, y: anchor.y } : { x: 0, y: 0 });
    let text = addNode(doc.text, added, `${component.plugin}/${component.name}`);
    // What is chosen feeds what is added, where the two fit.
    const fits = chosen && !at ? fitting(chosen.outputs, component.inputs) : null;
    if (chosen && fits) {
      const port = fits.output === 0 ? undefined : chosen.outputs[fits.output].name;
      text = connect(text, chosen.node.name, port, { name: added, ports: component.inputs, isCheck: component.kind === "check" }, component.inputs[fits.input].name);
    }
    const free = freePlace({ x: snapped(place.x), y: snapped(place.y) }, cards);
    doc.change({ text, layout: { ...places, [added]: free }, selection: [added] });
    setTab("config");
    setSaid(chosen && fits ? `${added} added and joined to ${chosen.node.name}` : `${added} added`);
    if (!at) {
      setPanel("none");
      focusNode(added);
    }
  };

  const join = (from: CardShape, output: number, to: CardShape, input: number) => {
    const target = { name: to.node.name, ports: to.inputs, isCheck: to.component?.kind === "check" };
    const port = output === 0 ? undefined : from.outputs[output]?.name;
    edit(connect(doc.text, from.node.name, port, target, to.inputs[input].name));
    setSaid(`${from.node.name} joined to ${to.node.name}`);
  };

  const remove = () => {
    if (wire) {
      const shape = wires.find((item) => item.id === wire);
      setWire(null);
      if (!shape) return;
      edit(disconnect(doc.text, shape.to.node.name, shape.place));
      setSaid(`Edge ${shape.from.node.name} to ${shape.to.node.name} removed`);
      focusNode(shape.to.node.name);
    } else if (doc.selection.length > 0) {
      edit(removeNodes(doc.text, doc.selection), undefined, []);
      setSaid(`${doc.selection.length} removed`);
    }
  };

  useClipboard({
    copy: () => (doc.selection.length > 0 ? copied(doc.text, doc.selection) : null),
    cut: () => { if (canEdit) remove(); },
    paste: (clip) => {
      const result = canEdit && model ? pasted(doc.text, clip) : null;
      if (!result) return false;
      const layout = { ...places };
      for (const [from, to] of Object.entries(result.names)) if (places[from]) layout[to] = { x: places[from].x + 32, y: places[from].y + 88 };
      const added = Object.values(result.names);
      doc.change({ text: result.text, layout, selection: added });
      setSaid(`${added.length} pasted`);
      return true;
    },
  });

  /** To the node, its tab and its field, and to its line where the text is open. */
  const openProblem = (problem: Problem) => {
    const place = placeOf(problem);
    const hasForm = place.node !== undefined || /^\/(metadata|parameters|schedule|retry)(\/|$)/.test(place.field);
    if (problem.at?.line && (panel === "yaml" || !hasForm)) {
      setPanel("yaml");
      setLine({ line: problem.at.line });
    }
    if (!hasForm) return;
    setWire(null);
    doc.select(place.node === undefined ? [] : [place.node]);
    if (place.node === undefined) setSheet(true);
    else reveal({ name: place.node });
    setTab(place.tab);
    if (panel !== "yaml") focusField(place.field);
  };

  const rename = (from: string, to: string): string | null => {
    if (!isName(to)) return NAME_RULE;
    if (model?.nodes.some((node) => node.name === to)) return "The name is taken";
    const layout = { ...doc.layout };
    if (layout[from]) {
      layout[to] = layout[from];
      delete layout[from];
    }
    doc.change({ text: renameNode(doc.text, from, to), layout, selection: [to] });
    return null;
  };

  const save = async (message: string, over?: string | null): Promise<Pipeline | null> => {
    const answer = await doc.save(project, message, over);
    if (!answer) return null;
    setDialog(null);
    toast(`Version ${answer.version} saved`);
    invalidate("/pipelines");
    if (name === undefined) navigate(`/pipelines/${encodeURIComponent(answer.name)}`, { replace: true });
    return answer;
  };

  useEvents(["run."], (event) => {
    const body = event.body as { pipeline?: string; nodes?: NodeReport[]; status?: string };
    if (body.pipeline !== name || name === undefined) return;
    if (event.type === "run.started") setRun({ id: event.subject, status: "running" });
    if (event.type === "run.finished") setRun({ id: event.subject, status: body.status ?? "succeeded" });
    if (body.nodes) setLive(liveOf(body.nodes));
  });

  const runReason = name === undefined || doc.isDirty ? "Save first" : session.why("operator", project);
  useCommand({ id: "designer.save", title: "Save the pipeline", keys: "mod+s", group: "Designer", whileTyping: true, run: () => (why ? toast(why) : doc.isDirty || name === undefined ? setDialog("save") : toast("Nothing has changed")) });
  useCommand({ id: "designer.run", title: "Run the pipeline", keys: "mod+enter", group: "Designer", whileTyping: true, run: () => (runReason ? toast(runReason) : setDialog("run")) });
  useCommand({ id: "designer.undo", title: "Undo", keys: "mod+z", group: "Designer", run: doc.undo });
  useCommand({ id: "designer.redo", title: "Redo", keys: "mod+shift+z", group: "Designer", run: doc.redo });
  useCommand({ id: "designer.add", title: "Add a component", keys: "a", group: "Designer", run: () => setPanel("palette") });
  useCommand(chosen && canEdit ? { id: "designer.join", title: `Join ${chosen.node.name}`, keys: "j", group: "Designer", run: () => setJoining({ name: chosen.node.name }) } : null);
  useCommand({ id: "designer.all", title: "Choose all nodes", keys: "mod+a", group: "Designer", run: () => doc.select(cards.map((card) => card.node.name)) });
  useCommand({ id: "designer.yaml", title: "Show the YAML", keys: "y", group: "Designer", run: () => setPanel((now) => (now === "yaml" ? "none" : "yaml")) });
  useCommand({ id: "designer.delete", title: "Remove what is chosen", keys: "delete", group: "Designer", run: () => canEdit && remove() });

  const layoutAgain = () => doc.keepLayout(model ? placesOf(model, {}) : {});

  return (
    <Page full title={model?.title || model?.name || name || "New pipeline"} name={name ?? "New pipeline"}
      subtitle={<Subtitle version={pipeline?.version} isDirty={doc.isDirty} state={stateOf(check, problems.length + doc.read.problems.length)} run={run} />}
      actions={<>
        <IconButton icon="undo" label="Undo" reason={doc.canUndo ? undefined : "Nothing to undo"} onClick={doc.undo} />
        <IconButton icon="redo" label="Redo" reason={doc.canRedo ? undefined : "Nothing to redo"} onClick={doc.redo} />
        <Button kind="quiet" onClick={layoutAgain}>Arrange</Button>
        <Button kind="quiet" pressed={panel === "palette"} onClick={() => setPanel(panel === "palette" ? "none" : "palette")}>Add</Button>
        <Button kind="quiet" pressed={panel === "yaml"} onClick={() => setPanel(panel === "yaml" ? "none" : "yaml")}>YAML</Button>
        {name !== undefined && <Button kind="quiet" onClick={() => setDialog("versions")}>Versions</Button>}
        <Button kind={doc.isDirty || name === undefined ? "primary" : "secondary"} reason={why ?? (!doc.isDirty && name !== undefined ? "Nothing has changed" : undefined)} onClick={() => setDialog("save")}>Save</Button>
        <Button kind={doc.isDirty || name === undefined ? "secondary" : "primary"} reason={runReason} onClick={() => setDialog("run")}>Run</Button>
      </>}>
      {doc.isBack && (
        <div className="dz-notice" role="status">Your unsaved changes are back.
          <Button size="small" onClick={doc.keepBack}>Keep them</Button>
          <Button size="small" kind="quiet" onClick={doc.dropBack}>Drop them</Button>
        </div>
      )}
      {!doc.read.model && <div className="dz-notice is-bad" role="status">The text is no valid YAML; the canvas shows the last state that was.</div>}
      <div className={`dz-bench is-${panel}${chosen || edge || sheet ? " has-sheet" : ""}`}>
        {panel === "palette" && <ComponentPalette components={components} chosen={chosen} onAdd={add} onClose={() => { setPanel("none"); if (chosen) focusNode(chosen.node.name); }} reason={why} />}
        <div className="dz-middle">
          {model && (
            <Canvas model={model} cards={cards} wires={wires} selection={doc.selection} wire={wire} troubled={troubled} live={live} checked={check.answer?.nodes ?? NONE} canEdit={canEdit}
              room={panel} shown={revealed} onSelect={doc.select} onSelectWire={setWire} onConnect={join} onRemove={remove} announce={setSaid}
              onMove={(moved) => doc.keepLayout({ ...places, ...moved })}
              onDrop={(use, at) => {
                const component = components.find((item) => `${item.plugin}/${item.name}` === use);
                if (component) add(component, at);
              }}
              onPort={(node, side, index) => setJoining({ name: node, port: { side, index } })}
              onOpen={() => { setTab("config"); focusField(""); }} />
          )}
          {model?.nodes.length === 0 && panel !== "palette" && (
            <div className="dz-empty">
              <Icon name="source" size={28} />
              <h2>Begin with a source</h2>
              <p>Files, a database or a dataset; then stages, checks and where the result goes.</p>
              <Button kind="primary" icon="plus" reason={why} onClick={() => setPanel("palette")}>Add a component</Button>
              <p className="dz-empty-keys"><Kbd keys="a" /> adds, <Kbd keys="y" /> shows the YAML, <Kbd keys="?" /> all keys</p>
            </div>
          )}
          {panel === "yaml" && <YamlDrawer text={doc.text} problems={problems} syntax={doc.read.problems} goTo={line} readOnly={!canEdit} onChange={(text) => edit(text, "text")} />}
          <Problems problems={problems} onOpen={openProblem} />
        </div>
        {model && edge && <EdgePanel wire={edge} checked={check.answer?.nodes ?? NONE} canEdit={canEdit} onRemove={remove} />}
        {model && !edge && (chosen
          ? <Inspector model={model} node={chosen.node} component={chosen.component} checked={check.answer?.nodes ?? []} problems={problems} text={doc.text}
              project={project} saved={name !== undefined} canEdit={canEdit} tab={tab} onTab={setTab}
              onConfig={(config) => edit(setAt(doc.text, ["nodes", chosen.node.name, "with"], Object.keys(config).length > 0 ? config : undefined), `config ${chosen.node.name}`)}
              onRename={(to) => rename(chosen.node.name, to)}
              onSet={(path, value, about) => edit(setAt(doc.text, ["nodes", chosen.node.name, ...path], value), `${about} ${chosen.node.name}`)} />
          : <PipelinePanel model={model} problems={problems} project={project} isNew={name === undefined} canEdit={canEdit} toComments={tab === "comments" && asked === ""} onSet={(path, value, about) => edit(setAt(doc.text, path, value), about)} />)}
      </div>
      <Button className="dz-sheet-toggle" size="small" onClick={() => { if (chosen || edge || sheet) { doc.select([]); setWire(null); setSheet(false); } else setSheet(true); }}>
        {chosen || edge || sheet ? "Close the panel" : "Pipeline settings"}</Button>
      <div className="dz-said" role="status" aria-live="polite">{said}</div>
      {dialog === "save" && (
        <SaveDialog isNew={name === undefined} project={project} projects={session.projects.filter((item) => session.can("editor", item.name)).map((item) => item.name)}
          onProject={setProject} doc={doc} onName={(to) => edit(setAt(doc.text, ["metadata", "name"], to), "name")} onSave={save}
          onClose={() => { setDialog(null); doc.forgetProblem(); }} />
      )}
      {joining && model && cardNamed(cards, joining.name) && (
        <JoinDialog model={model} cards={cards} card={cardNamed(cards, joining.name) as CardShape} port={joining.port} onClose={() => setJoining(null)}
          onJoin={(made) => join(made.from, made.output, made.to, made.input)} />
      )}
      {dialog === "run" && name !== undefined && <RunDialog pipeline={name} document={doc.text} onClose={() => setDialog(null)} />}
      {dialog === "versions" && name !== undefined && (
        <Versions pipeline={name} text={doc.text} canEdit={canEdit} onClose={() => setDialog(null)}
          onRestore={(text, version) => { edit(text); setDialog(null); toast(`Version ${version} is in the designer; save it to keep it`); }} />
      )}
    </Page>
  );
}

const NONE: CheckedNode[] = [];

const cardNamed = (cards: CardShape[], name: string) => cards.find((card) => card.node.name === name);

/** After what was just changed is drawn. */
function focusNode(name: string) {
  window.requestAnimationFrame(() => document.querySelector<SVGGElement>(`[data-node="${CSS.escape(name)}"] .dz-card-face`)?.focus());
}

/** As soon as the panel of the field is drawn: mostly with the next frame, with the one after where it was not yet there. */
function focusField(field: string, tries = 2) {
  window.requestAnimationFrame(() => {
    const panel = document.querySelector(".dz-inspector");
    const within = panel?.querySelector(".dz-config") ?? panel;
    const hit = fieldsToward(field).map((at) => panel?.querySelector(`[data-pointer="${CSS.escape(at)}"]`)).find(Boolean);
    if (field !== "" && !hit && tries > 1) return focusField(field, tries - 1);
    const control = (hit ?? within)?.querySelector<HTMLElement>("input, textarea, select, button");
    control?.focus();
    control?.scrollIntoView({ block: "nearest" });
  });
}

function freePlace(place: { x: number; y: number }, cards: CardShape[]): { x: number; y: number } {
  let { x, y } = place;
  while (cards.some((card) => Math.abs(card.x - x) < CARD_WIDTH && Math.abs(card.y - y) < 72)) y += 80;
  return { x, y };
}

function liveOf(nodes: NodeReport[]): Record<string, LiveNode> {
  const live: Record<string, LiveNode> = {};
  for (const node of nodes) {
    const rows = node.rows_out ?? node.rows_in;
    const rate = rows !== undefined && node.seconds ? `${formatCompact(rows / node.seconds)}/s` : undefined;
    live[node.name] = { status: node.status, figure: node.status === "running" ? rate : rows !== undefined ? formatCompact(rows) : undefined };
  }
  return live;
}

/** What is known of the document; nothing where the host was not asked, as for somebody who may only look. */
function stateOf(check: Checked, problems: number): string {
  if (check.busy) return "checking";
  if (problems > 0) return `${problems} problem${problems === 1 ? "" : "s"}`;
  return check.problem ? "not checked" : check.answer ? "valid" : "";
}

function Subtitle({ version, isDirty, state, run }: { version?: number; isDirty: boolean; state: string; run: { id: string; status: string } | null }) {
  const words = [version === undefined ? "not saved yet" : `version ${version}`, isDirty ? "unsaved changes" : "", state];
  return (
    <span className="dz-subtitle">{words.filter(Boolean).join(" · ")}
      {run && <a href={`/runs/${run.id}`} onClick={(event) => { event.preventDefault(); navigate(`/runs/${run.id}`); }}><StatusBadge status={run.status} /></a>}
    </span>
  );
}
