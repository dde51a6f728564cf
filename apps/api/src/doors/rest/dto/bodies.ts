/** Request bodies of management routes. Schemas are checked by the domain, not here; what documents them is in
 *  `openapi/components.ts`, held to these classes by a spec. */
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  Validate,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { IsTextOrNumber } from './is-text-or-number.js';
import { DEVICE_ID, type JsonObject, type Scope, SCOPES } from '#contracts';

export * from './alert-bodies.js';

export const NAME_CHARS_MAX = 200;
const TAGS_MAX = 100;
const TAG_CHARS_MAX = 256;
/** NIST SP 800-63B: no shorter; no rules beyond that. */
export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 1_024;
const BOUND_DEVICES_MAX = 1_000;

/** Short names and values, as text. */
@ValidatorConstraint({ name: 'tags' })
class AreTags implements ValidatorConstraintInterface {
  validate(tags: unknown): boolean {
    if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return false;
    const entries = Object.entries(tags);
    return (
      entries.length <= TAGS_MAX &&
      entries.every(
        ([name, value]) =>
          name.length >= 1 &&
          name.length <= TAG_CHARS_MAX &&
          name !== '__proto__' &&
          typeof value === 'string' &&
          value.length <= TAG_CHARS_MAX,
      )
    );
  }

  defaultMessage(): string {
    return `tags is an object of at most ${TAGS_MAX} texts of at most ${TAG_CHARS_MAX} characters`;
  }
}

export class CredentialsBody {
  @IsEmail({}, { message: 'email must be an e-mail address' })
  email!: string;

  @MinLength(PASSWORD_CHARS_MIN)
  @MaxLength(PASSWORD_CHARS_MAX)
  @IsString()
  password!: string;
}

/** What is no address or password anyone could have is a wrong one, not a malformed one. */
export class SignInBody {
  @MaxLength(1_024)
  @IsString()
  email!: string;

  @MaxLength(PASSWORD_CHARS_MAX)
  @IsString()
  password!: string;
}

export class ApiKeyBody {
  @MinLength(1)
  @MaxLength(NAME_CHARS_MAX)
  @IsString()
  name!: string;

  @IsIn(SCOPES, { each: true, message: `scopes holds only ${SCOPES.join(', ')}` })
  @ArrayMinSize(1)
  @ArrayMaxSize(SCOPES.length)
  @IsArray()
  scopes!: Scope[];

  @Matches(DEVICE_ID, { each: true, message: 'deviceIds holds ids of devices' })
  @ArrayMinSize(1)
  @ArrayMaxSize(BOUND_DEVICES_MAX)
  @IsArray()
  @IsOptional()
  deviceIds?: string[];

  @IsISO8601({ strict: true }, { message: 'expiresAt must be an ISO 8601 time' })
  @IsOptional()
  expiresAt?: string;
}

export class NewDeviceBody {
  @Matches(DEVICE_ID, { message: 'deviceId is 1 to 128 letters, digits and _ . : - (but neither . nor ..)' })
  @IsString()
  @IsOptional()
  deviceId?: string;

  @MinLength(1)
  @MaxLength(NAME_CHARS_MAX)
  @IsString()
  name!: string;

  @IsOptional()
  schema?: unknown;

  @Validate(AreTags)
  @IsOptional()
  tags?: Record<string, string>;
}

export class EditDeviceBody {
  @MinLength(1)
  @MaxLength(NAME_CHARS_MAX)
  @IsString()
  @IsOptional()
  name?: string;

  @Validate(AreTags)
  @IsOptional()
  tags?: Record<string, string>;
}

const INPUTS_MAX = 1_000;

/** Fields of devices, by name. */
@ValidatorConstraint({ name: 'inputs' })
class AreInputs implements ValidatorConstraintInterface {
  validate(inputs: unknown): boolean {
    if (!Array.isArray(inputs) || inputs.length < 1 || inputs.length > INPUTS_MAX) return false;
    return inputs.every((input: unknown) => {
      if (typeof input !== 'object' || input === null || Object.keys(input).length !== 2) return false;
      const { deviceId, field } = input as { deviceId?: unknown; field?: unknown };
      return typeof deviceId === 'string' && DEVICE_ID.test(deviceId) && typeof field === 'string';
    });
  }

  defaultMessage(): string {
    return `inputs is a list of 1 to ${INPUTS_MAX} {"deviceId", "field"}`;
  }
}

/** The operation says what `params` may be. */
export class AnalysisBody {
  @MaxLength(100)
  @IsString()
  operation!: string;

  @IsString()
  @IsOptional()
  deviceId?: string;

  @IsString({ each: true })
  @ArrayMinSize(1)
  @ArrayMaxSize(INPUTS_MAX)
  @IsArray()
  @IsOptional()
  fields?: string[];

  @Validate(AreInputs)
  @IsOptional()
  inputs?: { deviceId: string; field: string }[];

  @Validate(IsTextOrNumber)
  @IsOptional()
  from?: string | number;

  @Validate(IsTextOrNumber)
  @IsOptional()
  to?: string | number;

  @IsObject()
  @IsOptional()
  params?: JsonObject;

  @MinLength(1)
  @MaxLength(NAME_CHARS_MAX)
  @IsString()
  @IsOptional()
  name?: string;

  @IsBoolean()
  @IsOptional()
  standing?: boolean;
}

export class RebuildBody {
  @IsIn(['paused', 'running'], { message: 'state is paused or running' })
  state!: 'paused' | 'running';
}
