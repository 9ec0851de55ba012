export function Status({ status, reason }: { status: string; reason?: string | undefined }) {
  const isGood = /^(connected|active|published|success)$/i.test(status);
  const isBad = /fail|error|expired|reauth/i.test(status);
  return (
    <span class={`badge ${isGood ? "good" : isBad ? "bad" : ""}`} title={reason}>
      {status}
    </span>
  );
}
