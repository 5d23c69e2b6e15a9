// Where the phone is: asked when the technician arrives; photos taken soon after carry the same place.
const PATIENCE = 8000;
const FRESH = 30 * 60_000;

let known: { fields: Record<string, string>; at: number } | null = null;

/** Latitude and longitude as the steps take them; empty where the phone does not tell. */
export function here(): Promise<Record<string, string>> {
  if (!navigator.geolocation) return Promise.resolve({});
  return new Promise((done) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        known = { fields: { latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6) }, at: Date.now() };
        done(known.fields);
      },
      () => done({}),
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60_000 },
    );
  });
}

/** The place told within the last half hour, or less (milliseconds); a new one is asked for meanwhile. */
export function lastPlace(fresh = FRESH): Record<string, string> {
  void here();
  return known && Date.now() - known.at < fresh ? known.fields : {};
}
