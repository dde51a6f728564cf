/** Request bodies of management routes. Schemas are checked by the domain, not here. */
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsEmail, IsIn, IsISO8601, IsOptional, IsString, Matches, MaxLength, MinLength, Validate, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { DEVICE_ID, type Scope, SCOPES } from '#contracts';

const NAME_CHARS_MAX = 200;
const TAGS_MAX = 100;
const TAG_CHARS_MAX = 256;
/** NIST SP 800-63B: no shorter; no rules beyond that. */
const PASSWORD_CHARS_MIN = 8;
const PASSWORD_CHARS_MAX = 1_024;
const BOUND_DEVICES_MAX = 1_000;

const TAGS: ApiPropertyOptions = { type: 'object' as const, additionalProperties: { type: 'string' as const } } as object;

/** Short names and values, as text. */
@ValidatorConstraint({ name: 'tags' })
class AreTags implements ValidatorConstraintInterface {
  validate(tags: unknown): boolean {
    if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return false;
    const entries = Object.entries(tags);
    return entries.length <= TAGS_MAX && entries.every(([name, value]) => name.length >= 1 && name.length <= TAG_CHARS_MAX && name !== '__proto__' && typeof value === 'string' && value.length <= TAG_CHARS_MAX);
  }

  defaultMessage(): string {
    return `tags is an object of at most ${TAGS_MAX} texts of at most ${TAG_CHARS_MAX} characters`;
  }
}

export class CredentialsBody {
  @ApiProperty({ example: 'ada@example.org', format: 'email', maxLength: 254 })
  @IsEmail({}, { message: 'email must be an e-mail address' })
  email!: string;

  @ApiProperty({ example: 'correct horse battery staple', minLength: PASSWORD_CHARS_MIN, maxLength: PASSWORD_CHARS_MAX })
  @MinLength(PASSWORD_CHARS_MIN)
  @MaxLength(PASSWORD_CHARS_MAX)
  @IsString()
  password!: string;
}

/** What is no address or password anyone could have is a wrong one, not a malformed one. */
export class SignInBody {
  @ApiProperty({ example: 'ada@example.org' })
  @MaxLength(1_024)
  @IsString()
  email!: string;

  @ApiProperty({ example: 'correct horse battery staple' })
  @MaxLength(PASSWORD_CHARS_MAX)
  @IsString()
  password!: string;
}

export class ApiKeyBody {
  @ApiProperty({ example: 'Greenhouse gateway', minLength: 1, maxLength: NAME_CHARS_MAX })
  @MinLength(1)
  @MaxLength(NAME_CHARS_MAX)
  @IsString()
  name!: string;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['write'] })
  @IsIn(SCOPES, { each: true, message: `scopes holds only ${SCOPES.join(', ')}` })
  @ArrayMinSize(1)
  @ArrayMaxSize(SCOPES.length)
  @IsArray()
  scopes!: Scope[];

  @ApiProperty({ required: false, type: [String], description: 'The only devices this key may be used for.' })
  @Matches(DEVICE_ID, { each: true, message: 'deviceIds holds ids of devices' })
  @ArrayMinSize(1)
  @ArrayMaxSize(BOUND_DEVICES_MAX)
  @IsArray()
  @IsOptional()
  deviceIds?: string[];

  @ApiProperty({ required: false, format: 'date-time', description: 'ISO 8601; the key lives until revoked when absent.' })
  @IsISO8601({ strict: true }, { message: 'expiresAt must be an ISO 8601 time' })
  @IsOptional()
  expiresAt?: string;
}

export class NewDeviceBody {
  @ApiProperty({ required: false, pattern: DEVICE_ID.source, example: 'greenhouse-1', description: 'One is made when absent.' })
  @Matches(DEVICE_ID, { message: 'deviceId is 1 to 128 letters, digits and _ . : -' })
  @IsString()
  @IsOptional()
  deviceId?: string;

  @ApiProperty({ example: 'Greenhouse', minLength: 1, maxLength: NAME_CHARS_MAX })
  @MinLength(1)
  @MaxLength(NAME_CHARS_MAX)
  @IsString()
  name!: string;

  @ApiProperty({ required: true, allOf: [{ $ref: '#/components/schemas/DeviceSchema' }] })
  @IsOptional()
  schema?: unknown;

  @ApiPropertyOptional(TAGS)
  @Validate(AreTags)
  @IsOptional()
  tags?: Record<string, string>;
}

export class EditDeviceBody {
  @ApiProperty({ required: false, minLength: 1, maxLength: NAME_CHARS_MAX })
  @MinLength(1)
  @MaxLength(NAME_CHARS_MAX)
  @IsString()
  @IsOptional()
  name?: string;

  @ApiPropertyOptional({ ...TAGS, description: 'Replaces all tags.' })
  @Validate(AreTags)
  @IsOptional()
  tags?: Record<string, string>;
}
