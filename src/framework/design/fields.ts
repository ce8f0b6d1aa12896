import { z } from 'zod';
import { AppError } from '../../lib/errors.ts';
import { parseTypedNumber, withArabicDigits } from '../../lib/numbers.ts';
import { decimal } from '../format.ts';

/** What a form sent: the texts of each field, by its name. */
export type Typed = Record<string, string[]>;

export type FieldProblem =
  | 'required'
  | 'code'
  | 'tooLong'
  | 'characters'
  | 'number'
  | 'digits'
  | 'whole'
  | 'choice'
  | 'office'
  | 'officeTwice'
  | 'reason'
  | 'moment'
  | 'roundKind'
  | 'roundTwice'
  | 'closesBeforeOpens'
  | 'certificationBeforeEntry';
export type Problems = Record<string, FieldProblem>;

const body = z.record(z.string(), z.union([z.string().transform((one) => [one]), z.array(z.string())]));

/** The fields of a form as they were sent. Throws badRequest for what no form sends. */
export function readTyped(sent: unknown): Typed {
  const parsed = body.safeParse(sent ?? {});
  if (!parsed.success) throw new AppError('badRequest');
  return parsed.data;
}

/** The first text of a field, as it was typed. */
export function typedText(typed: Typed, name: string): string {
  return typed[name]?.[0] ?? '';
}

/** Reads the fields of a form one by one and notes what is wrong with them. Names stand behind the prefix. */
export interface FieldReader {
  problems: Problems;
  /** A text that the schema admits; '' where it may be left out. */
  text(name: string, schema: z.ZodType, options?: { required?: boolean }): string;
  /** A code, in Arabic digits. */
  code(name: string, schema: z.ZodType): string;
  /** A plain decimal; '' where nothing was typed. */
  number(name: string): string;
  whole(name: string, limits: { min: number; max: number; otherwise: number }): number;
  flag(name: string): boolean;
  choice<Choice extends string>(name: string, choices: readonly Choice[], otherwise: Choice): Choice;
  list(name: string): string[];
  note(name: string, problem: FieldProblem): void;
}

/** A reader of these fields; `problems` holds the first one of each, by the name it was sent with. */
export function fieldReader(typed: Typed, prefix = ''): FieldReader {
  const problems: Problems = {};
  const note = (name: string, problem: FieldProblem) => {
    problems[prefix + name] ??= problem;
  };
  const raw = (name: string) =>
    typedText(typed, prefix + name)
      .replace(/\r\n?/g, '\n')
      .trim();

  function checked(name: string, text: string, schema: z.ZodType): string {
    const problem = problemOf(text, schema);
    if (problem !== undefined) note(name, problem);
    return text;
  }

  return {
    problems,
    note,
    text(name, schema, { required = false } = {}) {
      const text = raw(name);
      if (text !== '') return checked(name, text, schema);
      if (required) note(name, 'required');
      return '';
    },
    code(name, schema) {
      const code = withArabicDigits(raw(name));
      if (code === '') note(name, 'required');
      else if (!schema.safeParse(code).success) note(name, 'code');
      return code;
    },
    number(name) {
      const text = raw(name);
      if (text === '') return '';
      const plain = parseTypedNumber(text);
      if (plain === undefined) note(name, 'number');
      else if (!decimal.safeParse(plain).success) note(name, 'digits');
      return plain ?? '';
    },
    whole(name, { min, max, otherwise }) {
      const text = raw(name);
      if (text === '') return otherwise;
      const plain = parseTypedNumber(text);
      const value = Number(plain);
      if (plain !== undefined && Number.isInteger(value) && value >= min && value <= max) return value;
      note(name, 'whole');
      return otherwise;
    },
    flag: (name) => raw(name) !== '',
    choice(name, choices, otherwise) {
      const text = raw(name);
      const found = choices.find((choice) => choice === text);
      if (found === undefined && text !== '') note(name, 'choice');
      return found ?? otherwise;
    },
    list: (name) => (typed[prefix + name] ?? []).map((one) => one.trim()).filter((one) => one !== ''),
  };
}

/** Which words of the format's check concern the person who typed. */
function problemOf(text: string, schema: z.ZodType): FieldProblem | undefined {
  const parsed = schema.safeParse(text);
  if (parsed.success) return undefined;
  return parsed.error.issues.some(({ code }) => code === 'too_big') ? 'tooLong' : 'characters';
}
