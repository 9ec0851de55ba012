/** Why a file or folder cannot be used, from the error of a file operation, to follow its name: "does not exist". */
export function fileProblem(error: unknown): string {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  // To make the folders of a path is to find what is there in the way.
  if (code === "EEXIST" && syscall === "mkdir") return PROBLEMS["ENOTDIR"]!;
  return (code && PROBLEMS[code]) ?? `cannot be used: ${message}`;
}

/** Did a file operation throw this, and not a mistake in the program? */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

const PROBLEMS: Record<string, string> = {
  ENOENT: "does not exist",
  EACCES: "may not be used by this user",
  EPERM: "may not be used by this user",
  EISDIR: "is a folder, not a file",
  ENOTDIR: "is not in a folder: a part of the path is a file",
  EEXIST: "is there already",
  EROFS: "is on a disk that cannot be written to",
  ENOSPC: "is on a full disk",
  ENAMETOOLONG: "is too long a name",
  ELOOP: "is a link that leads to itself",
};
