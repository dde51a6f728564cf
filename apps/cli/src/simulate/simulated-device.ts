/** What a simulated device measures: a day's course of temperature, a walk, a shaking, a state. */
import type { DeviceSchema } from '#contracts';
import { createRandom, gaussian, type Random } from './random.js';

export const SIMULATED_SCHEMA: DeviceSchema = {
  fields: {
    temperature: { type: 'number', unit: 'Cel', min: -40, max: 85, required: true, label: 'Temperature', precision: 2 },
    humidity: { type: 'number', unit: '%', min: 0, max: 100, label: 'Humidity', precision: 1 },
    energy: { type: 'number', unit: 'W.h', min: 0, counter: true, label: 'Energy used', precision: 2 },
    position: { type: 'location', label: 'Position' },
    acceleration: { type: 'vector', axes: ['x', 'y', 'z'], unit: 'm/s2', label: 'Acceleration', precision: 3 },
    state: { type: 'enum', values: ['ok', 'warning', 'fault'], label: 'State' },
  },
  unknownFields: 'reject',
};

export type SimulatedValues = Record<string, unknown>;

/** Values at one time after another; asked in order, since a walk continues where it was. */
export type Generator = (time: number) => SimulatedValues;

const DAY_MS = 86_400_000;
/** Walks begin around a few towns, so that a map of many devices is worth looking at. */
const TOWNS = [
  { lat: 48.137, lon: 11.575 },
  { lat: 48.208, lon: 16.373 },
  { lat: 50.075, lon: 14.437 },
  { lat: 47.377, lon: 8.541 },
  { lat: 52.52, lon: 13.405 },
];

export function createGenerator(seed: number, deviceIndex: number): Generator {
  const climate = climateOf(createRandom(seed, deviceIndex, 'climate'));
  const walk = walkOf(createRandom(seed, deviceIndex, 'walk'));
  const shake = shakeOf(createRandom(seed, deviceIndex, 'shake'));
  const state = stateOf(createRandom(seed, deviceIndex, 'state'));
  let last: number | undefined;
  return (time) => {
    const elapsedS = last === undefined ? 0 : Math.max(0, time - last) / 1_000;
    last = time;
    return { ...climate(time, elapsedS), position: walk(elapsedS), acceleration: shake(time), state: state() };
  };
}

/** Warmest in the afternoon, drier when warm; noise that drifts rather than jumps. */
function climateOf(random: Random): (time: number, elapsedS: number) => { temperature: number; humidity: number; energy: number } {
  const base = 8 + random() * 14;
  const swing = 3 + random() * 6;
  const warmestAt = (14 + random() * 2) / 24;
  const power = 20 + random() * 200;
  let drift = 0;
  let energy = 0;
  return (time, elapsedS) => {
    drift = 0.95 * drift + 0.08 * gaussian(random);
    const course = Math.cos(2 * Math.PI * (time / DAY_MS - warmestAt));
    energy += (power * (1.2 + course) * elapsedS) / 3_600;
    return {
      temperature: round(base + swing * course + drift, 2),
      humidity: round(clamp(62 - 20 * course + 4 * drift + gaussian(random), 0, 100), 1),
      energy: round(energy, 2),
    };
  };
}

/** A walker who keeps a direction, more or less, and turns back when far from where it began. */
function walkOf(random: Random): (elapsedS: number) => { lat: number; lon: number; alt: number } {
  const town = TOWNS[Math.floor(random() * TOWNS.length)] ?? { lat: 0, lon: 0 };
  const home = { lat: town.lat + (random() - 0.5) * 0.05, lon: town.lon + (random() - 0.5) * 0.08 };
  const at = { ...home, alt: 200 + random() * 300 };
  const metresPerDegree = 111_320;
  let heading = random() * 2 * Math.PI;
  return (elapsedS) => {
    const metres = Math.min(elapsedS * (0.8 + random() * 0.8), 500);
    heading += gaussian(random) * 0.3;
    const away = Math.hypot(at.lat - home.lat, at.lon - home.lon);
    if (away > 0.03) heading = Math.atan2(home.lon - at.lon, home.lat - at.lat);
    at.lat += (Math.cos(heading) * metres) / metresPerDegree;
    at.lon += (Math.sin(heading) * metres) / (metresPerDegree * Math.cos((home.lat * Math.PI) / 180));
    at.alt = clamp(at.alt + gaussian(random) * 0.2, 0, 4_000);
    return { lat: round(at.lat, 6), lon: round(at.lon, 6), alt: round(at.alt, 1) };
  };
}

/** Gravity on z, and a machine that vibrates. */
function shakeOf(random: Random): (time: number) => { x: number; y: number; z: number } {
  const hertz = 0.2 + random() * 3;
  const strength = 0.1 + random() * 0.6;
  return (time) => {
    const phase = 2 * Math.PI * hertz * ((time / 1_000) % 1_000);
    return {
      x: round(strength * Math.sin(phase) + 0.05 * gaussian(random), 3),
      y: round(strength * Math.cos(phase) + 0.05 * gaussian(random), 3),
      z: round(9.81 + 0.1 * gaussian(random), 3),
    };
  };
}

/** Mostly ok; a warning now and then, which may become a fault. */
function stateOf(random: Random): () => string {
  let state = 'ok';
  return () => {
    const draw = random();
    if (state === 'ok') state = draw < 0.01 ? 'warning' : 'ok';
    else if (state === 'warning') state = draw < 0.1 ? 'fault' : draw < 0.4 ? 'ok' : 'warning';
    else state = draw < 0.2 ? 'ok' : 'fault';
    return state;
  };
}

function round(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
