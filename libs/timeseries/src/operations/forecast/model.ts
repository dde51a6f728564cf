/** What a forecasting model is: fitted once, then asked from any origin. */

export interface Seasons {
  /** Steps in a season; 1 where there is none. */
  season: number;
  /** Steps in a longer season, a multiple of the season (a week of days), where there is one. */
  longSeason: number | undefined;
}

export interface ForecastModel {
  name: string;
  label: string;
  /** The least number of values it can be fitted on. */
  needs(seasons: Seasons): number;
  /** Undefined where the values do not allow it (0 and below for what multiplies). */
  fit(values: Float64Array, seasons: Seasons): Fitted | undefined;
}

export interface Fitted {
  parameters: Record<string, number>;
  /** `horizon` steps ahead from each origin, which is the number of values known there. Origins ascend; values begin where those of the fit did. */
  from(values: Float64Array, origins: readonly number[], horizon: number): Float64Array[];
}

/** Goes through the values once; whenever an origin is reached, `ahead` is asked for 1 … `horizon` steps. */
export function roll(
  values: Float64Array,
  origins: readonly number[],
  horizon: number,
  { first = 0, take, ahead }: { first?: number; take(value: number, at: number): void; ahead(steps: number, origin: number): number },
): Float64Array[] {
  const forecasts: Float64Array[] = [];
  let at = first;
  for (const origin of origins) {
    for (; at < origin; at++) take(values[at]!, at);
    const forecast = new Float64Array(horizon);
    for (let h = 1; h <= horizon; h++) forecast[h - 1] = ahead(h, origin);
    forecasts.push(forecast);
  }
  return forecasts;
}

/** The same model of the logarithms: what adds there, multiplies here. */
export function ofLogs(model: ForecastModel): ForecastModel {
  return {
    name: `${model.name}-log`,
    label: `${model.label}, of logarithms`,
    needs: (seasons) => model.needs(seasons),
    fit(values, seasons) {
      if (values.some((value) => value <= 0)) return undefined;
      const fitted = model.fit(values.map(Math.log), seasons);
      return (
        fitted && {
          parameters: fitted.parameters,
          from: (all, origins, horizon) => fitted.from(all.map(Math.log), origins, horizon).map((forecast) => forecast.map(Math.exp)),
        }
      );
    },
  };
}
