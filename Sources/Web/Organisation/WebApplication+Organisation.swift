import Foundation
import Hummingbird
import Participation
import Postgres
import Text

extension WebApplication {
    /// Units, people and settings: an administrator's pages, readable by every colleague.
    func addOrganisation(to router: Router<MinyiContext>) {
        let desk = desk(router)
        desk.get("units") { _, context in try await unitsPage(context) }
        desk.post("units") { _, context in try await addUnit(context) }
        desk.post("units/succeed") { _, context in try await succeedUnit(context) }
        desk.get("staff") { _, context in try await staffPage(context) }
        desk.post("staff") { _, context in try await addAccount(context) }
        desk.post("staff/notices") { _, context in try await chooseNotices(context) }
        desk.post("staff/:id") { _, context in try await changeAccount(context) }
        desk.post("staff/:id/active") { _, context in try await switchAccount(context) }
        desk.post("staff/:id/password") { _, context in try await resetPassword(context) }
        desk.post("substitutions") { _, context in try await arrangeSubstitution(context) }
        desk.post("substitutions/:id/end") { _, context in try await endSubstitution(context) }
        desk.get("settings") { _, context in try await settingsPage(context) }
        desk.post("settings") { _, context in try await saveSettings(context) }
    }

    // MARK: Units

    private func unitsPage(
        _ context: MinyiContext, errors: FormErrors = FormErrors(), handover: String? = nil
    ) async throws -> Response {
        let actor = try context.staff
        let units = try await pools.staff.read(as: actor.databaseActor) { try $0.all(Unit.all, as: Unit.self) }
        let page = UnitsPage(
            units: units, today: ChinaTime.date(Date()).description, mayChange: actor.has(.administrator),
            form: context.form, errors: errors, handover: handover, texts: context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func addUnit(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (context.form, context.texts, try context.staff)
        let (code, name, kind) = (form.string("code"), form.string("name"), Unit.Kind(rawValue: form.string("kind")))
        var errors = FormErrors()
        errors.require((1...40).contains(code.utf8.count), "code", texts["units.errors.code"])
        errors.require((1...100).contains(name.unicodeScalars.count), "name", texts["units.errors.name"])
        guard errors.isEmpty, let kind else { return try await unitsPage(context, errors: errors) }
        do {
            try await AddUnit(code: code, name: name, kind: kind)(in: pools.staff, as: actor.databaseActor)
        } catch let error as PostgresError where error.constraint == "units_code" {
            return try await unitsPage(context, errors: FormErrors("code", texts["units.errors.taken"]))
        }
        context.visit.flash(.done, texts["units.added", ["name": name]])
        return .seeOther("/desk/units")
    }

    private func succeedUnit(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (context.form, context.texts, try context.staff)
        var errors = FormErrors()
        let (unit, successor, day) = (form.int("unit"), form.int("successor"), CalendarDate(form.string("on")))
        errors.require(
            unit != nil && successor != nil && unit != successor, "successor", texts["units.errors.successor"])
        errors.require(day != nil, "on", texts["units.errors.day"])
        guard errors.isEmpty, let unit, let successor, let day else {
            return try await unitsPage(context, errors: errors)
        }
        let (old, new) = try await pools.staff.read(as: actor.databaseActor) { tx in
            let units = try tx.all(Unit.all, as: Unit.self)
            return (units.first { $0.id == unit }, units.first { $0.id == successor })
        }
        guard let old, let new else { throw Problem.notFound }
        let names = ["old": old.name, "new": new.name, "day": "\(day)"]
        guard form.string("confirmed") == UnitsPage.handoverKey(form) else {
            return try await unitsPage(context, handover: texts["units.handover", names])
        }
        try await SucceedUnit(unit: unit, successor: successor, on: day)(in: pools.staff, as: actor.databaseActor)
        context.visit.flash(.done, texts["units.succeeded", names])
        return .seeOther("/desk/units")
    }

    // MARK: People

    private func staffPage(_ context: MinyiContext, errors: FormErrors = FormErrors()) async throws -> Response {
        let actor = try context.staff
        let today = ChinaTime.date(Date())
        let (accounts, units, substitutions) = try await pools.staff.read(as: actor.databaseActor) { tx in
            (
                try tx.all(Account.all, as: Account.self), try tx.all(Unit.all, as: Unit.self),
                try tx.all(Substitution.notOver(on: today), as: Substitution.self)
            )
        }
        let page = StaffPage(
            accounts: accounts, units: units, substitutions: substitutions, today: today.description, staff: actor,
            form: context.form, errors: errors, texts: context.texts)
        return try pages.render(page, in: context, status: errors.isEmpty ? .ok : .unprocessableContent)
    }

    private func addAccount(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (context.form, context.texts, try context.staff)
        let create = CreateAccount(
            signInName: form.string("name"), displayName: form.string("display"), password: form.exactly("password"),
            unitCode: form.string("unit"), roles: form.strings("roles").compactMap(StaffRole.init(rawValue:)),
            email: form.string("email"))
        do {
            try await create(in: pools.staff, as: actor.databaseActor)
        } catch let fault as AccountFault {
            let field = ["sign_in_name": "name", "name_taken": "name", "display_name": "display"][fault.rawValue]
            return try await staffPage(
                context, errors: FormErrors(field ?? fault.rawValue, texts["staff.errors.\(fault.rawValue)"]))
        }
        context.visit.flash(.done, texts["staff.added", ["name": create.displayName]])
        return .seeOther("/desk/staff")
    }

    private func changeAccount(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (context.form, context.texts, try context.staff)
        let change = ChangeAccount(
            id: try context.number("id"), unitCode: form.string("unit"),
            roles: form.strings("roles").compactMap(StaffRole.init(rawValue:)), email: form.string("email"))
        if change.id == actor.staffID, actor.has(.administrator), !change.roles.contains(.administrator) {
            throw Problem.conflict(texts["staff.errors.own_role"])
        }
        do {
            try await change(in: pools.staff, as: actor.databaseActor)
        } catch let fault as AccountFault {
            throw Problem.conflict(texts["staff.errors.\(fault.rawValue)"])
        }
        context.visit.flash(.done, texts["staff.changed"])
        return .seeOther("/desk/staff")
    }

    private func chooseNotices(_ context: MinyiContext) async throws -> Response {
        let wants = context.form.bool("wants")
        try await WantsNotices.set(wants, in: pools.staff, as: try context.staff.databaseActor)
        context.visit.flash(.done, context.texts[wants ? "staff.notices_on" : "staff.notices_off"])
        return .seeOther("/desk/staff")
    }

    private func switchAccount(_ context: MinyiContext) async throws -> Response {
        let actor = try context.staff
        let id = try context.number("id")
        let active = context.form.bool("active")
        guard id != actor.staffID else { throw Problem.conflict(context.texts["staff.errors.self"]) }
        try await SwitchAccount(id: id, active: active)(in: pools.staff, as: actor.databaseActor)
        context.visit.flash(.done, context.texts[active ? "staff.switched_on" : "staff.switched_off"])
        return .seeOther("/desk/staff")
    }

    private func resetPassword(_ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff)
        let id = try context.number("id")
        // One's own asks for the old one.
        if id == actor.staffID { return .seeOther("/desk/password") }
        do {
            try await SetPassword(id: id, password: context.form.exactly("password"))(
                in: pools.staff, as: actor.databaseActor)
        } catch AccountFault.password {
            return try await staffPage(context, errors: FormErrors("password", texts["staff.errors.password"]))
        }
        context.visit.flash(.done, texts["staff.password_set"])
        return .seeOther("/desk/staff")
    }

    private func arrangeSubstitution(_ context: MinyiContext) async throws -> Response {
        let (form, texts, actor) = (context.form, context.texts, try context.staff)
        let (absent, substitute) = (form.int("absent"), form.int("substitute"))
        let (from, until) = (CalendarDate(form.string("from")), CalendarDate(form.string("until")))
        var errors = FormErrors()
        errors.require(
            absent != nil && substitute != nil && absent != substitute, "substitute", texts["staff.errors.two"])
        errors.require(
            from != nil && until != nil && (until ?? .latest) >= (from ?? .latest), "until", texts["staff.errors.days"])
        guard errors.isEmpty, let absent, let substitute, let from, let until else {
            return try await staffPage(context, errors: errors)
        }
        try await Substitution.arrange(
            absent: absent, substitute: substitute, from: from, until: until, in: pools.staff, as: actor.databaseActor)
        context.visit.flash(.done, texts["staff.substitution_arranged"])
        return .seeOther("/desk/staff")
    }

    private func endSubstitution(_ context: MinyiContext) async throws -> Response {
        let actor = try context.staff
        try await Substitution.end(try context.number("id"), in: pools.staff, as: actor.databaseActor)
        context.visit.flash(.done, context.texts["staff.substitution_ended"])
        return .seeOther("/desk/staff")
    }

    // MARK: Settings

    private func settingsPage(_ context: MinyiContext) async throws -> Response {
        let settings = try await pools.staff.read(as: try context.staff.databaseActor) { try SiteSettings.load($0) }
        let values = Dictionary(uniqueKeysWithValues: SiteSettings.Key.allCases.map { ($0, settings[$0]) })
        let page = SettingsPage(
            values: values, missing: settings.missing, errors: FormErrors(), texts: context.texts)
        return try pages.render(page, in: context)
    }

    private func saveSettings(_ context: MinyiContext) async throws -> Response {
        let (texts, actor) = (context.texts, try context.staff)
        let values = Dictionary(
            uniqueKeysWithValues: SiteSettings.Key.allCases.map { ($0, context.form.string($0.rawValue)) })
        let units = try await pools.staff.read(as: actor.databaseActor) { try $0.all(Unit.all, as: Unit.self) }
        let codes = units.filter { $0.validUntil == nil }.map(\.code)
        var errors = FormErrors()
        // In the order of the form, and by name: twenty of them ask for a number.
        for (key, fault) in SiteSettings.faults(values, unitCodes: Set(codes)) {
            let label = texts["settings.labels.\(key.rawValue)"]
            errors.add(
                key.rawValue,
                texts["settings.errors.named", ["label": label, "text": texts["settings.errors.\(fault)"]]])
        }
        guard errors.isEmpty else {
            let page = SettingsPage(values: values, missing: [], errors: errors, texts: texts)
            return try pages.render(page, in: context, status: .unprocessableContent)
        }
        try await SiteSettings.save(values, in: pools.staff, as: actor.databaseActor)
        context.visit.flash(.done, texts["settings.saved"])
        return .seeOther("/desk/settings")
    }
}
