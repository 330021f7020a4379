import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../shared/limits.ts';
import { isAttachment, partsOf, type StructureNode } from '../../shared/mail/parts.ts';

test('parts come each before what it holds, with what tells them apart', () => {
  const structure: StructureNode = {
    type: 'Multipart/Report',
    parameters: { 'report-type': 'Delivery-Status', boundary: 'b' },
    childNodes: [
      { type: 'text/plain', parameters: { charset: 'utf-8' } },
      { type: 'message/delivery-status' },
      {
        type: 'application/pdf',
        disposition: 'ATTACHMENT',
        dispositionParameters: { filename: '=?utf-8?Q?Gr=C3=B6=C3=9Fe?=.pdf' },
      },
    ],
  };
  assert.deepEqual(partsOf(structure), [
    { type: 'multipart/report', parameters: { 'report-type': 'delivery-status' } },
    { type: 'text/plain' },
    { type: 'message/delivery-status' },
    { type: 'application/pdf', disposition: 'attachment', name: 'Größe.pdf' },
  ]);
  assert.deepEqual(partsOf(undefined), []);
});

test('what an attached message holds is not this message’s', () => {
  const attached = { type: 'message/rfc822', childNodes: [{ type: 'image/png', disposition: 'attachment' }] };
  const names = partsOf({ type: 'multipart/mixed', childNodes: [attached, { type: 'text/html' }] }).map(
    ({ type }) => type,
  );
  assert.deepEqual(names, ['multipart/mixed', 'message/rfc822', 'text/html']);
});

test('depth and count are bounded, and what is no text is left out', () => {
  let deep: StructureNode = { type: 'text/plain' };
  for (let i = 0; i < 1_000; i += 1) deep = { type: 'multipart/mixed', childNodes: [deep] };
  assert.equal(partsOf(deep).length, LIMITS.mimeDepthMax + 1);
  const wide = { type: 'multipart/mixed', childNodes: Array.from({ length: 1_000 }, () => ({ type: 'a/b' })) };
  assert.equal(partsOf(wide).length, LIMITS.mimePartsMax);
  assert.deepEqual(partsOf({ type: 3, disposition: [], dispositionParameters: { filename: 7 } } as never), [
    { type: 'application/octet-stream' },
  ]);
});

test('an attachment asks to be saved, or has a name and is not shown inline', () => {
  assert.deepEqual(
    [
      { type: 'a/b', disposition: 'attachment' },
      { type: 'a/b', name: 'x' },
      { type: 'a/b', name: 'x', disposition: 'inline' },
      { type: 'a/b' },
    ].map(isAttachment),
    [true, true, false, false],
  );
});
