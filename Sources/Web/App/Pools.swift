import Postgres

/// The database pools of the web server. Which one a handler takes decides what the database lets it see: `public`
/// connects as `minyi_public`, `staff` as `minyi_staff`.
package struct Pools: Sendable {
    package let `public`: Database
    package let staff: Database
    /// Hears that something public has changed; nil where asking every second is enough.
    package let hints: Listener?

    package init(public: Database, staff: Database, hints: Listener? = nil) {
        self.public = `public`
        self.staff = staff
        self.hints = hints
    }
}
