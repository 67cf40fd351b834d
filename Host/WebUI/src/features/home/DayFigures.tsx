// The runs of the last 24 hours by status; each number opens the list of just those.
import { Link } from "../../app/router";
import { Figure, Icon, statusTone, statusWord } from "../../ui";

const ORDER = ["running", "queued", "succeeded", "failed", "stopped", "cancelled"];
const ICONS: Record<string, string> = { ...Object.fromEntries(ORDER.map((status) => [status, status])) };

export function DayFigures({ figures }: { figures: Record<string, number> }) {
  const total = Object.values(figures).reduce((sum, count) => sum + count, 0);
  return (
    <section className="home-figures" aria-label="Runs of the last 24 hours">
      <Link to="/runs?since=24h" className="home-figure">
        <span className="home-figure-label">Runs in 24 hours</span>
        <span className="home-figure-value">
          <Figure value={total} />
        </span>
      </Link>
      {ORDER.map((status) => (
        <Link key={status} to={"/runs?since=24h&status=" + status} className="home-figure">
          <span className="home-figure-label">
            <Icon name={ICONS[status]} size={13} className={figures[status] ? "ui-tone-text-" + statusTone(status) : undefined} />
            {statusWord(status)}
          </span>
          <span className="home-figure-value">
            <Figure value={figures[status] ?? 0} />
          </span>
        </Link>
      ))}
    </section>
  );
}
