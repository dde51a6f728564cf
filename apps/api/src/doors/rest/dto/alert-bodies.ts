/** Request bodies about alerts. Rules themselves are checked by the domain. */
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  MinLength,
  Validate,
} from 'class-validator';
import { DEVICE_ID } from '#contracts';
import { IsTextOrNumber } from './is-text-or-number.js';

const TEXT_CHARS_MAX = 1_000;
const DEVICES_MAX = 1_000;

export class SilenceBody {
  @Validate(IsTextOrNumber)
  until!: string | number;

  @MinLength(1)
  @MaxLength(TEXT_CHARS_MAX)
  @IsString()
  reason!: string;
}

export class AcknowledgementBody {
  @MinLength(1)
  @MaxLength(TEXT_CHARS_MAX)
  @IsString()
  @IsOptional()
  note?: string;
}

export class BacktestBody {
  @Validate(IsTextOrNumber)
  @IsOptional()
  from?: string | number;

  @Validate(IsTextOrNumber)
  @IsOptional()
  to?: string | number;

  @IsOptional()
  rule?: unknown;

  @Min(1)
  @IsInt()
  @IsOptional()
  ruleVersion?: number;

  @IsIn(['it-ran'], { message: 'as is it-ran' })
  @IsOptional()
  as?: 'it-ran';

  @Matches(DEVICE_ID, { each: true, message: 'deviceIds holds ids of devices' })
  @ArrayMinSize(1)
  @ArrayMaxSize(DEVICES_MAX)
  @IsArray()
  @IsOptional()
  deviceIds?: string[];
}
