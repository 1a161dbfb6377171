const NOBODY = 65_534;

/** Root may read and change anything: for that long this process is somebody else. */
export async function asOrdinaryUser<T>(act: () => Promise<T> | T): Promise<T> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) {
    process.seteuid?.(NOBODY);
  }
  try {
    return await act();
  } finally {
    if (isRoot) {
      process.seteuid?.(0);
    }
  }
}
