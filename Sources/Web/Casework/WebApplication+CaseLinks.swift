import Hummingbird
import Participation
import Postgres

extension WebApplication {
    /// Links cases about the same matter, and takes links back.
    func addCaseLinks(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("cases/:id/links") { _, context -> Response in
            let staff = try context.staff
            guard
                let links = try await CaseLinks.find(try context.number("id"), in: pools.staff, as: staff.databaseActor)
            else { throw Problem.notFound }
            return try pages.render(CaseLinksPage(links, for: staff, context.texts), in: context)
        }
        desk.post("cases/:id/links") { _, context -> Response in
            let (id, form) = (try context.number("id"), context.form)
            let isLinked = form.string("linked") == "yes"
            try await CaseAct.link(other: form.string("number"), linked: isLinked)(
                on: id, in: pools.staff, as: try context.staff.databaseActor)
            context.visit.flash(.done, context.texts[isLinked ? "links.done" : "links.undone"])
            // Who links one case may link another; who unlinks one goes on with the case.
            return .seeOther("/desk/cases/\(id)\(isLinked ? "/links" : "")")
        }
    }
}
