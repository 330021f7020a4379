/** INTERNALDATE in milliseconds since 1970; 0 where there is none that can be read. The same for whoever asked: fingerprints hold it. */
export const timeOf = (date: Date | string | undefined): number => {
  const time = date === undefined ? Number.NaN : new Date(date).getTime();
  return Number.isNaN(time) ? 0 : time;
};
