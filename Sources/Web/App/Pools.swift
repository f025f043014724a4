import Postgres

/// The two database pools of the web server. Which one a handler takes decides what the database lets it see: `public`
/// connects as `minyi_public`, `staff` as `minyi_staff`.
package struct Pools: Sendable {
    package let `public`: Database
    package let staff: Database

    package init(public: Database, staff: Database) {
        self.public = `public`
        self.staff = staff
    }
}
