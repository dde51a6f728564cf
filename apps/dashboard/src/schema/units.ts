/** UCUM codes people use most, with how they are written for reading. Any other code is shown as it is. */

export interface Unit {
  code: string;
  symbol: string;
  name: string;
}

const unit = (code: string, symbol: string, name: string): Unit => ({ code, symbol, name });

export const UNITS: readonly Unit[] = [
  unit('Cel', '°C', 'degree Celsius'),
  unit('[degF]', '°F', 'degree Fahrenheit'),
  unit('K', 'K', 'kelvin'),
  unit('%', '%', 'percent'),
  unit('[ppm]', 'ppm', 'parts per million'),
  unit('Pa', 'Pa', 'pascal'),
  unit('hPa', 'hPa', 'hectopascal'),
  unit('bar', 'bar', 'bar'),
  unit('m', 'm', 'metre'),
  unit('mm', 'mm', 'millimetre'),
  unit('km', 'km', 'kilometre'),
  unit('m/s', 'm/s', 'metre per second'),
  unit('km/h', 'km/h', 'kilometre per hour'),
  unit('m/s2', 'm/s²', 'metre per second squared'),
  unit('[g]', 'g', 'acceleration of free fall'),
  unit('deg', '°', 'degree of angle'),
  unit('rad', 'rad', 'radian'),
  unit('rad/s', 'rad/s', 'radian per second'),
  unit('deg/s', '°/s', 'degree per second'),
  unit('Hz', 'Hz', 'hertz'),
  unit('/min', '/min', 'per minute'),
  unit('{rpm}', 'rpm', 'revolutions per minute'),
  unit('V', 'V', 'volt'),
  unit('mV', 'mV', 'millivolt'),
  unit('A', 'A', 'ampere'),
  unit('mA', 'mA', 'milliampere'),
  unit('W', 'W', 'watt'),
  unit('kW', 'kW', 'kilowatt'),
  unit('W.h', 'Wh', 'watt hour'),
  unit('kW.h', 'kWh', 'kilowatt hour'),
  unit('J', 'J', 'joule'),
  unit('N', 'N', 'newton'),
  unit('kg', 'kg', 'kilogram'),
  unit('g', 'g', 'gram'),
  unit('L', 'L', 'litre'),
  unit('L/min', 'L/min', 'litre per minute'),
  unit('m3', 'm³', 'cubic metre'),
  unit('m3/h', 'm³/h', 'cubic metre per hour'),
  unit('ug/m3', 'µg/m³', 'microgram per cubic metre'),
  unit('lx', 'lx', 'lux'),
  unit('W/m2', 'W/m²', 'watt per square metre'),
  unit('dB', 'dB', 'decibel'),
  unit('dB[mW]', 'dBm', 'decibel milliwatt'),
  unit('uT', 'µT', 'microtesla'),
  unit('uS/cm', 'µS/cm', 'microsiemens per centimetre'),
  unit('[pH]', 'pH', 'pH'),
  unit('s', 's', 'second'),
  unit('ms', 'ms', 'millisecond'),
  unit('min', 'min', 'minute'),
  unit('h', 'h', 'hour'),
  unit('By', 'B', 'byte'),
];

const symbols = new Map(UNITS.map(({ code, symbol }) => [code, symbol]));

export const symbolOf = (code: string | undefined): string => (code ? (symbols.get(code) ?? code) : '');
