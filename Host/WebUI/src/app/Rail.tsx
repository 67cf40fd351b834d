// The way around: at the left as words or icons, on a narrow screen at the bottom, with the rest in a drawer.
import { useState } from "react";
import { Drawer, Icon, IconButton, Tooltip } from "../ui";
import { isAt, places, type Place } from "./places";
import { Link, useLocation } from "./router";
import "./rail.css";

const COLLAPSED = "ote.rail";
/** What the thumb reaches on a phone; the rest is in the drawer. */
const AT_HAND = ["/", "/pipelines", "/runs", "/datasets"];

export function Rail({ open, close }: { open: boolean; close: () => void }) {
  const { path } = useLocation();
  const [narrow, setNarrow] = useState(() => window.localStorage.getItem(COLLAPSED) === "icons");
  const toggle = () => {
    window.localStorage.setItem(COLLAPSED, narrow ? "words" : "icons");
    setNarrow(!narrow);
  };
  return (
    <>
      <nav className={"app-rail" + (narrow ? " app-rail-narrow" : "")} aria-label="Main">
        <div className="app-brand">
          <Mark />
          <span className="app-brand-name">OpenTrustEval</span>
        </div>
        <ul className="app-places">
          {places.map((place) => (
            <li key={place.to} className={AT_HAND.includes(place.to) ? undefined : "app-place-rest"}>
              <PlaceLink place={place} path={path} narrow={narrow} />
            </li>
          ))}
        </ul>
        <div className="app-rail-foot">
          <IconButton icon={narrow ? "chevron-right" : "chevron-left"} label={narrow ? "Show the words" : "Only icons"} size="small" onClick={toggle} />
        </div>
      </nav>
      {open && (
        <Drawer title="OpenTrustEval" side="left" width={280} onClose={close}>
          <nav aria-label="All pages">
            <ul className="app-places app-places-drawer">
              {places.map((place) => (
                <li key={place.to}>
                  <PlaceLink place={place} path={path} onClick={close} />
                </li>
              ))}
            </ul>
          </nav>
        </Drawer>
      )}
    </>
  );
}

function PlaceLink({ place, path, narrow, onClick }: { place: Place; path: string; narrow?: boolean; onClick?: () => void }) {
  const here = isAt(place, path);
  const link = (
    <Link to={place.to} className="app-place" aria-current={here ? "page" : undefined} onClick={onClick}>
      <Icon name={place.icon} />
      <span className="app-place-title">{place.title}</span>
    </Link>
  );
  return narrow ? (
    <Tooltip text={place.title} isName>
      {link}
    </Tooltip>
  ) : (
    link
  );
}

function Mark() {
  return (
    <svg className="app-mark" width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" aria-hidden focusable="false">
      <path d="M10 1.8 17 4.3v5.3c0 4.1-2.8 7-7 8.8-4.2-1.8-7-4.7-7-8.8V4.3z" strokeWidth="1.6" strokeLinejoin="round" />
      <path d="M6.8 10l2.3 2.3 4.2-4.7" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
