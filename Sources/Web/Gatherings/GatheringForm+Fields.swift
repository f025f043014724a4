import Foundation
import Participation
import Text

extension GatheringForm {
    private struct Fields {
        let errors: FormErrors
        let texts: Texts

        func callAsFunction(
            _ name: String, _ shape: DeskForm.Field.Shape, _ text: String = "", optional: Bool = false,
            needed: String? = nil
        ) -> DeskForm.Field {
            let hints = ["gatherings.hints.\(name)", needed.map { "gatherings.needed.\($0)" } ?? ""].filter(texts.has)
            return DeskForm.Field(
                id: name, label: texts["gatherings.labels.\(name)"],
                hint: hints.isEmpty ? nil : hints.map { texts[$0] }.joined(separator: " "), error: errors[field: name],
                shape, text: text, optional: optional)
        }

        /// - Parameter needed: by whom before it can be announced; it may be saved without.
        func moment(_ name: String, _ text: String, needed: String) -> [DeskForm.Field] {
            let parts = text.split(separator: "T", maxSplits: 1).map(String.init)
            return [
                self(name, .day, parts.first ?? "", needed: needed),
                self(
                    name + "_time", .line, parts.dropFirst().first ?? "",
                    optional: name.hasPrefix("registration")),
            ]
        }
    }

    /// What it is about, and when and where.
    func about(_ kind: Gathering.Kind, towns: [Participation.Unit], _ errors: FormErrors, _ texts: Texts)
        -> [DeskForm.Field]
    {
        let field = Fields(errors: errors, texts: texts)
        let subjects = Gathering.Subject.allCases.map {
            Choice(
                value: $0.rawValue, text: texts["gatherings.subjects.\($0.rawValue)"],
                chosen: $0.rawValue == input.subject)
        }
        let places =
            [Choice(value: "", text: texts["gatherings.no_town"], chosen: input.townID == nil)]
            + towns.map { Choice(value: String($0.id), text: $0.name, chosen: $0.id == input.townID) }
        return [field("title", .line, input.title)]
            + (kind == .hearing ? [field("subject", .radios(subjects))] : [])
            + [
                field("matter", .area(rows: 4), input.matter, optional: true),
                field("legal_basis", .area(rows: 2), input.legalBasis, optional: true),
                field("town_id", .select(places), optional: true), field("place", .line, input.place, needed: "all"),
            ] + field.moment("starts_at", input.startsAt, needed: "all")
            + field.moment("ends_at", input.endsAt, needed: "all")
    }

    /// The days before and after.
    func days(_ kind: Gathering.Kind, _ errors: FormErrors, _ texts: Texts) -> [DeskForm.Field] {
        let field = Fields(errors: errors, texts: texts)
        let registration =
            field.moment("registration_from", input.registrationFrom, needed: "registered")
            + field.moment("registration_until", input.registrationUntil, needed: "registered")
        return (kind == .hearing ? registration : []) + ownDays(kind, field, before: "all")
    }

    /// What may be planned otherwise once it is announced.
    func planned(_ kind: Gathering.Kind, _ errors: FormErrors, _ texts: Texts) -> [DeskForm.Field] {
        let field = Fields(errors: errors, texts: texts)
        return ownDays(kind, field) + (kind == .hearing ? room(field) : [])
    }

    /// Days that concern nobody who registers.
    /// - Parameter before: as `Fields` takes `needed`, for what a rule binds; from a practice one may depart, and says why.
    private func ownDays(_ kind: Gathering.Kind, _ field: Fields, before: String? = nil) -> [DeskForm.Field] {
        func day(_ name: String, _ text: String, binds: Bool = false) -> DeskForm.Field {
            field(name, .day, text, optional: !binds, needed: binds ? before : "reasoned")
        }
        return (kind == .hearing ? [day("list_on", input.listOn, binds: true)] : [])
            + (kind == .visit ? [] : [day("materials_on", input.materialsOn, binds: kind == .hearing)])
            + [
                day("report_on", input.reportOn),
                field("practice_reason", .area(rows: 3), input.practiceReason, optional: true),
            ]
    }

    /// How it goes in the room, and who may follow it.
    private func room(_ field: Fields) -> [DeskForm.Field] {
        let streamed = ["yes", "no"].map {
            Choice(value: $0, text: field.texts["gatherings.streamed.\($0)"], chosen: ($0 == "yes") == input.isStreamed)
        }
        return [
            field("statement_minutes", .line, input.statementMinutes),
            field("live_url", .line, input.liveURL, optional: true), field("is_streamed", .radios(streamed)),
        ]
    }

    /// Who may come, and what they are asked; then whom to call.
    func people(_ kind: Gathering.Kind, _ errors: FormErrors, _ texts: Texts) -> [DeskForm.Field] {
        let field = Fields(errors: errors, texts: texts)
        let asked = Gathering.Asked.allCases.map {
            Choice(
                value: $0.rawValue, text: texts["gatherings.asked.\($0.rawValue)"],
                chosen: input.asks.contains($0.rawValue))
        }
        let contact = [
            field("contact_phone", .line, input.contactPhone, needed: "all"),
            field("contact_address", .line, input.contactAddress, optional: true),
            field("contact_postcode", .line, input.contactPostcode, optional: true),
            field("contact_email", .line, input.contactEmail, optional: true),
        ]
        guard kind == .hearing else { return contact }
        return [
            field("conditions", .area(rows: 3), input.conditions, optional: true),
            field("papers", .area(rows: 2), input.papers, optional: true),
            field("least_age", .line, input.leastAge), field("most_age", .line, input.mostAge, optional: true),
            field("asks", .checks(asked), optional: true),
            field("identity_basis", .line, input.identityBasis, optional: true),
            field("observers", .line, input.observers), field("media_seats", .line, input.mediaSeats),
        ] + room(field) + contact
    }

    /// 名额, a row each, with blank rows to fill in.
    func categories(_ errors: FormErrors, _ texts: Texts) -> [GatheringFormPage.Category] {
        let count = min(GatheringPlan.mostCategories, max(Self.rows, input.categories.count + 2))
        return (0..<count).map { index in
            let it = input.categories.dropFirst(index).first ?? .init()
            let fields = Fields(errors: errors, texts: texts)
            func field(_ name: String, _ shape: DeskForm.Field.Shape, _ text: String = "") -> DeskForm.Field {
                let id = "category_\(index)_\(name)"
                return DeskForm.Field(
                    id: id, label: fields.texts["gatherings.labels.category_\(name)"], error: fields.errors[field: id],
                    shape, text: text)
            }
            let ways = GatheringCategory.Way.allCases.map {
                Choice(value: $0.rawValue, text: texts["gatherings.ways.\($0.rawValue)"], chosen: $0.rawValue == it.way)
            }
            return .init(
                legend: texts["gatherings.category", ["ordinal": index + 1]],
                isBlank: index > 0 && it == .init()
                    && !errors.items.contains { $0.field.hasPrefix("category_\(index)_") },
                fields: [
                    field("name", .line, it.name), field("seats", .line, it.seats), field("way", .select(ways)),
                    field("nominator", .line, it.nominator), field("described", .line, it.described),
                ])
        }
    }
}
