/** Asks until the answer is true, or throws with the last answer after `ms`. */
export const soon = async (what, ms, check) => {
  const end = Date.now() + ms;
  for (;;) {
    const last = await check().catch((e) => e);
    if (last === true) return;
    if (Date.now() > end) throw new Error(`${what}: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
};
