export { openInfluxDbSeries, type InfluxDbSeriesConfig } from './open-influxdb-series.js';
