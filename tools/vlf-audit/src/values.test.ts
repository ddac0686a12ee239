/** Fields read from the values of their keys are those that are read from the whole instance. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { joinKey } from "@vlf/common/axl";
import { type ModelSpec, flagReader, textReader, textsReader } from "@vlf/common/models";
import { Names } from "@vlf/common/names";
import { ModelFields } from "./values.ts";

const paths = (...list: string[]): ModelSpec["fields"][string] => ({
  id: "f",
  paths: list.map((path) => path.split(".")),
  purposes: ["audit"],
  mark: "documented",
});

const FIELDS = {
  one: paths("a"),
  either: paths("a", "b"),
  deep: paths("a.b"),
  mixed: paths("b.a", "a", "c"),
} as const;
const SPEC: ModelSpec = { id: "m", model: "m", mark: "documented", fields: FIELDS };

const leaf = fc.constantFrom(null, "", " ", "x", " Y ", "true", true, false, 0, 7);
const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  object: fc.dictionary(fc.constantFrom("a", "b", "c", "_value_1"), tie("value"), { maxKeys: 3 }),
  value: fc.oneof({ maxDepth: 3 }, leaf, leaf, tie("object"), fc.array(tie("value"), { maxLength: 3 })),
}));
const data = fc.dictionary(fc.constantFrom("a", "b", "c", "_value_1"), value, { maxKeys: 4 });

test("texts, the first text and flags are those of the whole instance, in any shape", () => {
  fc.assert(
    fc.property(data, fc.constantFrom(...Object.keys(FIELDS)), (instance, id) => {
      const fields = new ModelFields(SPEC);
      const field = FIELDS[id as keyof typeof FIELDS];
      const [texts, text, flag] = [fields.texts(id), fields.text(id), fields.flag(id)];
      const values = fields.of(instance);
      assert.deepEqual(texts(values), textsReader(field)(instance));
      assert.equal(text(values), textReader(field)(instance));
      assert.equal(flag(values), flagReader(field)(instance));
    }),
    { numRuns: 5000 },
  );
});

test("names are those texts as they are compared, whether or not somebody reads the field as it stands there", () => {
  fc.assert(
    fc.property(data, fc.constantFrom(...Object.keys(FIELDS)), fc.boolean(), (instance, id, isRead) => {
      const fields = new ModelFields(SPEC);
      const field = FIELDS[id as keyof typeof FIELDS];
      const [names, name, flag] = [fields.names(id), fields.name(id), fields.flag(id)];
      if (isRead) fields.text(id);
      const values = fields.of(instance);
      assert.deepEqual(names(values), textsReader(field)(instance).map(joinKey));
      assert.equal(name(values), joinKey(textReader(field)(instance)));
      assert.equal(flag(values), flagReader(field)(instance));
      if (!isRead) assert.ok(!values.includes(" Y "));
    }),
    { numRuns: 5000 },
  );
});

test("names are the same when whoever reads the line gathers them", () => {
  const ids = Object.keys(FIELDS) as (keyof typeof FIELDS)[];
  fc.assert(
    fc.property(
      data,
      fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }),
      fc.boolean(),
      (instance, read, isFlag) => {
        const fields = new ModelFields(SPEC);
        const names = read.map((id) => fields.names(id));
        if (isFlag) fields.flag("one");
        const values = fields.of(instance);
        for (const [at, id] of read.entries()) {
          assert.deepEqual(names[at]?.(values), textsReader(FIELDS[id])(instance).map(joinKey));
        }
        if (!isFlag && read.length === 1 && read[0] !== "mixed") assert.ok(values.every(Array.isArray));
      },
    ),
    { numRuns: 5000 },
  );
});

const NAMES = new Names();

test("numbers of names are those of the texts, in any shape, also where somebody reads the field otherwise", () => {
  const used = fc.subarray(["text", "flag", "word", "words"] as const, { maxLength: 2 });
  const id = fc.constantFrom(...Object.keys(FIELDS));
  fc.assert(
    fc.property(data, id, id, used, (instance, one, other, more) => {
      const [texts, numbers] = [new ModelFields(SPEC), new ModelFields<number>(SPEC, NAMES)];
      const [names, name] = [texts.names(one), texts.name(one)];
      const [namesByNumber, nameByNumber] = [numbers.names(one), numbers.name(one)];
      for (const kind of more) {
        const [read, readBeside] = [texts[kind](other), numbers[kind](other)];
        assert.deepEqual(readBeside(numbers.of(instance)), read(texts.of(instance)));
      }
      const [values, valuesByNumber] = [texts.of(instance), numbers.of(instance)];
      assert.deepEqual(
        namesByNumber(valuesByNumber).map((number) => NAMES.text(number)),
        names(values),
      );
      assert.equal(NAMES.text(nameByNumber(valuesByNumber)), name(values));
    }),
    { numRuns: 5000 },
  );
});
