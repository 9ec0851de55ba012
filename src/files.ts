/** Describes the error of a file operation, to follow the path: "does not exist". */
export function fileProblem(error: unknown): string {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  // With recursive mkdir, EEXIST means that a part of the path is a file.
  if (code === "EEXIST" && syscall === "mkdir") return PROBLEMS["ENOTDIR"]!;
  return (code && PROBLEMS[code]) ?? `cannot be used: ${message}`;
}

/** Whether a file operation threw this, as opposed to a bug. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

const PROBLEMS: Record<string, string> = {
  ENOENT: "does not exist",
  EACCES: "cannot be accessed by this user",
  EPERM: "cannot be accessed by this user",
  EISDIR: "is a folder, not a file",
  ENOTDIR: "is not in a folder: part of the path is a file",
  EEXIST: "already exists",
  EROFS: "is on a read-only disk",
  ENOSPC: "is on a full disk",
  ENAMETOOLONG: "has a name that is too long",
  ELOOP: "is a symbolic link that points to itself",
};
