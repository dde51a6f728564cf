/** How large a schema may be. */
export interface SchemaLimits {
  fieldsMax: number;
}

/** A thousand fields is ten times the richest device known to us; configuration may say otherwise. */
export const DEFAULT_SCHEMA_LIMITS: SchemaLimits = { fieldsMax: 1_000 };

/** A vector of an inertial unit has 9; 16 leaves room for small spectra. More are fields of their own. */
export const AXES_MAX = 16;
/** Of all fields together, an axis of a vector and a coordinate of a location each being one: every part is a column of the device's table, for good. */
export const PARTS_MAX = 4_096;
/** State machines have tens of states; free text is a string. */
export const ENUM_VALUES_MAX = 1_000;
export const ENUM_VALUE_CHARS_MAX = 200;
/** The longest UCUM codes in use are under 30 characters. */
export const UNIT_CHARS_MAX = 64;
export const LABEL_CHARS_MAX = 200;
/** Decimals shown; a double has no more than 17 digits. */
export const PRECISION_MAX = 17;
/** Strings are states and notes, not documents: one reading must not fill an event. */
export const STRING_CHARS_DEFAULT = 1_000;
export const STRING_CHARS_MAX = 65_536;
/** The whole schema as JSON: it stands in an event, in each snapshot and in views. */
export const SCHEMA_CHARS_MAX = 1_000_000;
/** Of one device: each is kept for good, and whoever reads history may need all. Daily changes for nearly three years. */
export const SCHEMA_VERSIONS_MAX = 1_000;
/** Errors listed at once: enough to correct a schema by, small enough to send. */
export const SCHEMA_ERRORS_MAX = 100;
