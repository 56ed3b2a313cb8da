// The frame around every page: navigation, who is logged in, whether what is shown is live, language and theme.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { unacknowledgedCount } from "./alarms.ts";
import { connection, heardAt, siteName } from "./live.ts";
import { LoginForm } from "./loginForm.tsx";
import { formOf, numberText } from "./numbers.ts";
import { pages, type Page, type PageProps } from "./pages.ts";
import { PageBoundary } from "./parts/pageBoundary.tsx";
import { clockTime } from "./parts/relativeTime.tsx";
import { Shape } from "./parts/shape.tsx";
import { language, languages, theme, themes, type Language, type Theme } from "./preferences.ts";
import { match } from "./addresses.ts";
import { place } from "./router.ts";
import { logOut, roleText, session } from "./session.ts";
import { isolated } from "./sentences.ts";
import { text } from "./texts.ts";

export function Shell() {
  const view = session.value;
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {text("shell.skip")}
      </a>
      <header class="top">
        <strong class="site-name">
          <bdi>{siteName.value ?? text("shell.product")}</bdi>
        </strong>
        <ConnectionState />
        <UnacknowledgedCount />
        <Preferences />
        <LoggedIn />
      </header>
      {view !== undefined && view.role !== "none" && <Navigation />}
      <main id="content" tabIndex={-1} class={connection.value === "lost" ? "is-old" : undefined}>
        {view === undefined && <p>{text("shell.waiting")}</p>}
        {view?.role === "none" && <LoginForm />}
        {view?.hasOneTimePassword === true && (
          <p class="notice">
            <Shape of="triangle" /> {text("shell.oneTimePassword")} <a href="/users">{text("page.users")}</a>
          </p>
        )}
        {view !== undefined && view.role !== "none" && <CurrentPage />}
      </main>
    </div>
  );
}

function Navigation() {
  const { path } = place.value;
  const current = pages.find((page) => match(page.path, path) !== undefined);
  return (
    <nav class="navigation" aria-label={text("shell.navigation")}>
      <ul>
        {pages
          .filter(({ isInNavigation }) => isInNavigation)
          .map((page) => (
            <li key={page.path}>
              <a href={page.path} aria-current={isAbove(page, current, path) ? "page" : undefined}>
                {text(page.title)}
                <Waiting count={page.waiting?.value ?? 0} />
              </a>
            </li>
          ))}
      </ul>
    </nav>
  );
}

/** How much waits for somebody on a page of the navigation. */
function Waiting({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <>
      {" "}
      <span class="waiting">
        {numberText(count)}
        <span class="unseen"> {text("shell.wait")}</span>
      </span>
    </>
  );
}

/** A charge point's own page stands below the table of charge points. */
function isAbove(page: Page, current: Page | undefined, path: string): boolean {
  return page === current || (page.path !== "/" && path.startsWith(`${page.path}/`));
}

function CurrentPage() {
  const { path } = place.value;
  const page = pages.find((each) => match(each.path, path) !== undefined);
  useTitle(page === undefined ? text("shell.noSuchPage") : text(page.title));
  if (page === undefined) return <NoSuchPage />;
  return (
    <PageBoundary key={path}>
      <LoadedPage page={page} params={match(page.path, path) ?? {}} />
    </PageBoundary>
  );
}

function LoadedPage({ page, params }: PageProps & { readonly page: Page }) {
  const [Loaded, setLoaded] = useState<ComponentType<PageProps> | "failed" | undefined>(undefined);
  useEffect(() => {
    page.load().then(
      (component) => setLoaded(() => component),
      () => setLoaded("failed"),
    );
  }, [page]);
  if (Loaded === undefined) return <p>{text("shell.waiting")}</p>;
  if (Loaded === "failed") return <p role="alert">{text("shell.pageFailed")}</p>;
  return <Loaded params={params} />;
}

function NoSuchPage() {
  return (
    <>
      <h1>{text("shell.noSuchPage")}</h1>
      <p>
        <a href="/">{text("page.site")}</a>
      </p>
    </>
  );
}

function useTitle(page: string): void {
  const title = `${page} – ${isolated(siteName.value ?? text("shell.product"))}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** Said aloud when it changes; what is shown is old as long as it is not live. */
function ConnectionState() {
  const state = connection.value;
  if (state === "closed") return <span class="connection" />;
  const since = heardAt.value;
  return (
    <span class={`connection ${state}`} role="status">
      <Shape of={state === "open" ? "dot" : state === "lost" ? "stale" : "ring"} />
      {since === undefined && state === "lost"
        ? text("connection.neverHeard")
        : text(`connection.${state}`, since === undefined ? {} : { since: clockTime(since) })}
    </span>
  );
}

function UnacknowledgedCount() {
  const count = unacknowledgedCount.value;
  if (count === 0) return null;
  return (
    <a class="unacknowledged" href="/alarms">
      <Shape of="diamond" />
      <span>{text(`shell.unacknowledged.${formOf(count)}`, { count })}</span>
    </a>
  );
}

function Preferences() {
  return (
    <span class="preferences">
      <select
        aria-label={text("shell.language")}
        value={language.value}
        onChange={({ currentTarget }) => {
          language.value = currentTarget.value as Language;
        }}
      >
        {languages.map((each) => (
          <option key={each} value={each}>
            {text(`language.${each}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={text("shell.theme")}
        value={theme.value}
        onChange={({ currentTarget }) => {
          theme.value = currentTarget.value as Theme;
        }}
      >
        {themes.map((each) => (
          <option key={each} value={each}>
            {text(`theme.${each}`)}
          </option>
        ))}
      </select>
    </span>
  );
}

function LoggedIn() {
  const view = session.value;
  if (view === undefined || view.role === "none") return null;
  return (
    <span class="logged-in">
      <span title={text(roleText[view.role])}>
        <bdi>{view.user ?? text("shell.anonymous")}</bdi> <span class="wide">({text(roleText[view.role])})</span>
      </span>
      {view.user !== undefined && (
        <button type="button" onClick={() => void logOut()}>
          {text("shell.logOut")}
        </button>
      )}
    </span>
  );
}
