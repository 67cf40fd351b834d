// Draws an edge without a pointer: the ports that fit come first, the others say why they don't.
import type { PipelineModel } from "../../document/model";
import { Dialog, Icon } from "../../ui";
import { Finder } from "./Finder";
import { type Join, joinsOf, type PortChoice } from "./joins";
import type { CardShape } from "./shapes";

interface Props {
  model: PipelineModel;
  cards: CardShape[];
  card: CardShape;
  port?: PortChoice;
  onJoin: (join: Join) => void;
  onClose: () => void;
}

export function JoinDialog({ model, cards, card, port, onJoin, onClose }: Props) {
  const joins = joinsOf(model, cards, card, port);
  const words = (join: Join) => `${join.from.node.name} ${join.from.outputs[join.output].name} to ${join.to.node.name} ${join.to.inputs[join.input].name}`;
  return (
    <Dialog title={`Join ${card.node.name}`} width="medium" onClose={onClose}>
      <Finder label="Find a port" listLabel="Ports" empty="No port of another node is free for it."
        onTake={(id) => { onJoin(joins[Number(id)]); onClose(); }}
        search={(typed) => joins.flatMap((join, index) => (typed.every((word) => words(join).toLowerCase().includes(word)) ? [{
          id: String(index), reason: join.reason,
          body: <Line join={join} />,
        }] : []))} />
    </Dialog>
  );
}

function Line({ join }: { join: Join }) {
  const output = join.from.outputs[join.output];
  const input = join.to.inputs[join.input];
  return (
    <span className="dz-palette-words">
      <span className="dz-join-line">
        <b>{join.from.node.name}</b> {output.name} <Icon name="arrow-right" /> <b>{join.to.node.name}</b> {input.name}
      </span>
      <span className="dz-palette-summary">{join.reason ?? (output.type === input.type ? output.type : `${output.type}, read as ${input.type}`)}</span>
    </span>
  );
}
