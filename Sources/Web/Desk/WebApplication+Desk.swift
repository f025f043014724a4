import Hummingbird
import Participation

extension WebApplication {
    /// The home of the desk.
    func addDesk(to router: Router<MinyiContext>) {
        desk(router).get { _, context -> Response in
            let staff = try context.staff
            let overview = try await DeskOverview.load(for: staff, in: pools.staff)
            return try pages.render(DeskPage(overview, for: staff, context.texts), in: context)
        }
    }
}
