import Hummingbird
import Participation

extension WebApplication {
    /// What happens by itself, for an administrator to watch and to mend.
    func addWork(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("work") { _, context -> Response in
            let staff = try administrator(context)
            let work = try await WorkOverview.load(in: pools.staff, as: staff.databaseActor)
            return try pages.render(WorkPage(work, context.texts), in: context)
        }
        // One of them, or all when the form names none.
        desk.post("work/again") { _, context -> Response in
            let staff = try administrator(context)
            let count = try await DeadJobs.runAgain(context.form.int("id"), in: pools.staff, as: staff.databaseActor)
            context.visit.flash(.done, context.texts["work.runs_again", ["count": count]])
            return .seeOther("/desk/work")
        }
        desk.post("work/give-up") { _, context -> Response in
            let staff = try administrator(context)
            let count = try await DeadJobs.giveUp(context.form.int("id"), in: pools.staff, as: staff.databaseActor)
            context.visit.flash(.done, context.texts["work.given_up", ["count": count]])
            return .seeOther("/desk/work")
        }
        desk.post("work/test") { _, context -> Response in
            let staff = try administrator(context)
            guard let channel = TestNotice.Channel(rawValue: context.form.string("channel")) else {
                throw Problem.badRequest
            }
            try await TestNotice.send(by: channel, in: pools.staff, as: staff.databaseActor)
            context.visit.flash(.done, context.texts["work.test_sent"])
            return .seeOther("/desk/work")
        }
    }

    /// The database shows nobody else anything here; the page would be empty and say that nothing ever ran.
    private func administrator(_ context: MinyiContext) throws -> StaffActor {
        let staff = try context.staff
        guard staff.has(.administrator) else { throw Problem.forbidden }
        return staff
    }
}
