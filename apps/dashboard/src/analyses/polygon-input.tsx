/** An area: drawn on the map, or its corners typed one a line. */
import { Button, Input, Textarea } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import { useConfig } from '../api/queries.js';
import { useCanvasTheme } from '../charts/theme.js';
import { PolygonMap } from '../map/polygon-map.js';
import { useTracks } from './use-tracks.js';
import css from './analyses.module.css';

type Corner = [number, number];

interface PolygonInputProps {
  label: string;
  description: string;
  error?: string;
  corners: Corner[];
  change: (corners: Corner[]) => void;
  deviceIds: string[];
}

export default function PolygonInput({ label, description, error, corners, change, deviceIds }: PolygonInputProps) {
  const element = useRef<HTMLDivElement>(null);
  const id = useId();
  const map = useMap(element, change);
  const tracks = useTracks(deviceIds);
  const places = tracks.flat();
  useEffect(() => map?.showTracks(tracks), [map, tracks]);
  const [text, setText] = useState(() => textOf(corners));
  const [unread, setUnread] = useState<string>();
  useEffect(() => map?.show(corners), [map, corners]);
  const where = JSON.stringify(corners.length > 0 ? corners : places);
  // Only once: whoever has begun to draw looks where they look.
  const looked = useRef<PolygonMap>(undefined);
  useEffect(() => {
    const wanted = JSON.parse(where) as Corner[];
    if (!map || looked.current === map || wanted.length === 0) return;
    looked.current = map;
    map.goTo(wanted);
  }, [map, where]);
  useEffect(
    () => setText((typed) => (JSON.stringify(readCorners(typed)) === JSON.stringify(corners) ? typed : textOf(corners))),
    [corners],
  );
  const type = (typed: string): void => {
    setText(typed);
    const read = readCorners(typed);
    setUnread(read ? undefined : 'Each line: latitude, longitude.');
    if (read) change(read);
  };
  return (
    <Input.Wrapper
      label={label}
      description={`${description} Click on the map to add a corner, drag it, click on it to take it away.`}
      labelElement="div"
    >
      <div className={css.polygon}>
        <div ref={element} className={css.polygonMap} role="application" aria-label={`Map to draw the ${label.toLowerCase()} on`} />
        <Textarea
          id={id}
          aria-label={`Corners of the ${label.toLowerCase()}, one a line: latitude, longitude`}
          placeholder={'47.37, 8.54'}
          autosize
          minRows={3}
          maxRows={8}
          value={text}
          onChange={({ currentTarget }) => type(currentTarget.value)}
          error={unread ?? error}
        />
        <Button
          size="compact-sm"
          variant="default"
          style={{ justifySelf: 'start' }}
          disabled={corners.length === 0}
          onClick={() => change([])}
        >
          Begin again
        </Button>
      </div>
    </Input.Wrapper>
  );
}

const textOf = (corners: readonly Corner[]): string => corners.map(([lat, lon]) => `${lat}, ${lon}`).join('\n');

function readCorners(text: string): Corner[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const corners = lines.map((line) =>
    line
      .trim()
      .split(/[\s,;]+/)
      .map(Number),
  );
  const isPlace = ([lat = NaN, lon = NaN, ...more]: number[]): boolean => more.length === 0 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return corners.every(isPlace) ? (corners as Corner[]) : undefined;
}

function useMap(element: { current: HTMLDivElement | null }, change: (corners: Corner[]) => void): PolygonMap | undefined {
  const theme = useCanvasTheme();
  const config = useConfig();
  const newest = useRef(change);
  useEffect(() => {
    newest.current = change;
  });
  const [map, setMap] = useState<PolygonMap>();
  useEffect(() => {
    if (!element.current || !config.data) return;
    const made = new PolygonMap(element.current, { theme, ...config.data }, (corners) => newest.current(corners));
    setMap(made);
    return () => {
      setMap(undefined);
      made.destroy();
    };
  }, [element, theme, config.data]);
  return map;
}
