/** Words from mail and from servers are shown without their control characters: a subject must not steer the terminal. */
export const plain = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').trim();

export const cut = (text: string, chars: number): string => {
  const points = [...plain(text)];
  return points.length <= chars ? points.join('') : `${points.slice(0, chars - 1).join('')}…`;
};
