/** Fields people describe again and again, ready to be added by one press. */
import type { FieldRow } from './model.js';

export const TEMPLATES: { label: string; rows: Partial<FieldRow>[] }[] = [
  {
    label: 'Climate',
    rows: [
      { name: 'temperature', type: 'number', unit: 'Cel', min: '-40', max: '85', precision: '1', label: 'Temperature' },
      { name: 'humidity', type: 'number', unit: '%', min: '0', max: '100', precision: '0', label: 'Humidity' },
    ],
  },
  { label: 'GPS position', rows: [{ name: 'position', type: 'location', label: 'Position' }] },
  {
    label: 'Accelerometer',
    rows: [{ name: 'acceleration', type: 'vector', unit: 'm/s2', precision: '2', label: 'Acceleration', axes: ['x', 'y', 'z'] }],
  },
  {
    label: 'Energy meter',
    rows: [
      { name: 'power', type: 'number', unit: 'W', precision: '0', label: 'Power' },
      { name: 'energy', type: 'number', unit: 'kW.h', precision: '3', counter: true, label: 'Energy' },
    ],
  },
  { label: 'State', rows: [{ name: 'state', type: 'enum', values: ['ok', 'warning', 'fault'], label: 'State' }] },
  { label: 'Battery', rows: [{ name: 'battery', type: 'number', unit: '%', min: '0', max: '100', precision: '0', label: 'Battery' }] },
];
