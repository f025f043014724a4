import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// The rules that limits come from, with their basis: everyone at the desk reads them, an administrator adds versions.
    func addRules(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("rules") { _, context -> Response in
            let staff = try context.staff
            let rules = try await pools.staff.read(as: staff.databaseActor) {
                try $0.all(LegalRule.all, as: LegalRule.self)
            }
            let page = RulesPage(
                rules, today: ChinaTime.date(Date()), mayChange: staff.has(.administrator), context.texts)
            return try pages.render(page, in: context)
        }
        desk.get("rules/:id/new") { _, context in
            let (rule, form) = try await ruleForm(nil, context)
            return try pages.render(RuleFormPage(rule, form: form, errors: FormErrors(), context.texts), in: context)
        }
        desk.post("rules/:id/new") { _, context in try await addRuleVersion(context) }
    }

    private func ruleForm(_ typed: FormData?, _ context: MinyiContext) async throws -> (LegalRule, RuleForm) {
        let staff = try context.staff
        guard staff.has(.administrator) else { throw Problem.forbidden }
        let id = try context.number("id")
        let (rule, units) = try await pools.staff.read(as: staff.databaseActor) { tx in
            (try tx.one(LegalRule.with(id: id), as: LegalRule.self), try tx.all(Unit.all, as: Unit.self))
        }
        return (rule, RuleForm(typed, rule: rule, units: units, context.texts))
    }

    private func addRuleVersion(_ context: MinyiContext) async throws -> Response {
        let texts = context.texts
        let (rule, form) = try await ruleForm(context.form, context)
        do {
            let add = try form.version(of: rule, texts)
            try await add(in: pools.staff, as: context.actor)
        } catch let errors as FormErrors {
            let page = RuleFormPage(rule, form: form, errors: errors, texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        } catch let error as PostgresError where error.constraint == "legal_rules_version" {
            let page = RuleFormPage(
                rule, form: form, errors: FormErrors("valid_from", texts["rules.errors.taken"]), texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
        context.visit.flash(.done, texts["rules.added", ["name": rule.name, "day": form.validFrom]])
        return .seeOther("/desk/rules")
    }
}
