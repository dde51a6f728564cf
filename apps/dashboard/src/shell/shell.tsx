/** The frame of every signed-in page: where one can go, whether the page is live, who is signed in. */
import { ActionIcon, Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconLogout, IconMoon, IconSun, IconDeviceDesktop } from '@tabler/icons-react';
import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { countOf } from '../alerts/alert-tabs.js';
import { useAlertsLive } from '../alerts/use-alerts-live.js';
import { signOut } from '../api/actions.js';
import { useFiringCount } from '../api/alerts.js';
import { useMe } from '../api/queries.js';
import { LinkStrip } from '../ui/link-strip.js';
import { ConnectionMark, OfflineBanner } from './connection.js';
import { Logo } from './logo.js';
import { SessionEnded } from './session-ended.js';
import css from './shell.module.css';

export function Shell({ children }: { children: ReactNode }) {
  const me = useMe();
  const [path] = useLocation();
  const main = useRef<HTMLElement>(null);
  useFocusOnNavigation(main);
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className={css.bar}>
        <div className={css.inner}>
          <Link href="/" className={css.brand} aria-label="thingsIO, to the devices">
            <Logo />
          </Link>
          <LinkStrip className={css.nav} label="Pages" at={path}>
            <NavLink href="/" label="Devices" also="/devices" />
            <NavLink href="/analyses" label="Analyses" also="/analyses" />
            <AlertsLink />
            <NavLink href="/api-keys" label="API keys" />
            {me.data?.scopes.includes('operate') && <NavLink href="/operate" label="Operate" />}
            <a href="/docs" className={`${css.link} ${css.wideOnly}`}>
              API reference
            </a>
          </LinkStrip>
          <div className={css.right}>
            <ConnectionMark />
            <SchemeMenu />
            <AccountMenu />
          </div>
        </div>
        <div className={css.ruler} aria-hidden />
      </header>
      <OfflineBanner />
      <SessionEnded />
      <main className={css.main} id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** A screen reader hears of a new page when the focus goes there. */
function useFocusOnNavigation(main: { current: HTMLElement | null }): void {
  const [path] = useLocation();
  const page = path.split('/').slice(0, 3).join('/');
  const before = useRef(page);
  useEffect(() => {
    if (before.current === page) return;
    before.current = page;
    // A page may have put the focus where one begins already.
    if (!main.current?.contains(document.activeElement)) main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [page, main]);
}

interface NavLinkProps {
  href: string;
  label: string;
  also?: string;
  children?: ReactNode;
}

function NavLink({ href, label, also, children }: NavLinkProps) {
  const [path] = useLocation();
  const here = path === href || (also !== undefined && path.startsWith(also));
  return (
    <Link href={href} className={css.link} aria-current={here ? 'page' : undefined}>
      {label}
      {children}
    </Link>
  );
}

/** With the number that fires now, on every page. */
function AlertsLink() {
  useAlertsLive();
  const firing = useFiringCount();
  return (
    <NavLink href="/alerts" label="Alerts" also="/alert">
      {firing > 0 && (
        <span className={css.badge} data-testid="firing">
          {countOf(firing)}
          <span className="sr-only"> firing</span>
        </span>
      )}
    </NavLink>
  );
}

const SCHEMES = [
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
] as const;

export function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = SCHEMES.find((scheme) => scheme.value === colorScheme)?.icon ?? IconDeviceDesktop;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label="Colour scheme" color="gray" className={css.icon}>
          <Current size={19} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            onClick={() => setColorScheme(value)}
            aria-current={value === colorScheme}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function AccountMenu() {
  const me = useMe();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <UnstyledButton className={css.account} aria-label={`Account ${me.data?.email ?? ''}`}>
          <span className={css.email}>{me.data?.email}</span>
          <IconChevronDown size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.data?.email}</Menu.Label>
        <Menu.Item component="a" href="/docs">
          API reference
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
