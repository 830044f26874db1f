import { type Check, check, type Watch } from '../check.ts';
import { indicator } from '../objects.ts';
import { push } from '../write.ts';

/** Sections 6 and 7: channels, custom properties. */
export const CUSTOM: readonly (Check | Watch)[] = [
  check('T21-6-01', 'channels are reserved', async (t) => {
    const answer = await t.get(`${t.target.root}channels/`);
    t.expect(answer.status !== 200, '404: TAXII 2.1 reserves channels and defines none', answer);
  }),
  check(
    'T21-7.1.1-07',
    'a custom property of an envelope is ignored or refused',
    async (t) => {
      const object = indicator();
      const { answer } = await push(t.session, t.writing.url, [object], {
        body: { x_conformance_test: 1, objects: [object] },
      });
      t.expectStatus(answer, [202, 422], 'an unknown property is ignored, or refused with 422');
    },
    { needs: ['write'], also: ['T21-7.1.1-01'] },
  ),
];
