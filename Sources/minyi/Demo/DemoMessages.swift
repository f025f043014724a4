import Foundation
import Participation
import Text

/// The messages of a year, one after another, each told as a `MessageStory` as far as it has come by today.
///
/// Nothing is left to chance: what happens to a message follows from its place among them, so that every demo shows the same
/// year, and every state occurs.
struct DemoMessages: Sendable {
    let plan: MessagePlan
    let count: Int
    let units: [Participation.Unit]
    let calendar: WorkCalendar
    let today: CalendarDate
    let stage: MessageStory.Stage

    func steps() -> [DemoStep] {
        var stories: [MessageStory] = []
        for index in 0..<count {
            // The first a year ago; a fifth of them in the last three weeks, so that there is work on every desk.
            let recent = count / 5
            let day =
                index < count - recent
                ? -364 + index * 343 / max(1, count - recent)
                : -21 + (index - count + recent) * 20 / max(1, recent - 1)
            stories.append(story(index, on: today.adding(days: day), after: stories))
        }
        return stories.flatMap { $0.steps(calendar) }
    }

    private var towns: [Participation.Unit] { units.filter { $0.kind == .town } }

    private func story(_ index: Int, on day: CalendarDate, after earlier: [MessageStory]) -> MessageStory {
        // Neighbours in time differ in place and matter.
        let town = towns[index * 7 % towns.count]
        let place = town.name.replacing("人民政府", with: "")
        var fate = MessageStory.Fate(index: index)
        if index % 29 == 13 {
            let ending = plan.endings[index / 29 % plan.endings.count]
            fate.ending = ending
            return MessageStory(
                stage: stage, day: day, place: place, kind: ending.kind, title: ending.title, text: ending.text,
                answer: "", unit: town, otherUnit: town, fate: fate)
        }
        let matter = plan.matters[index * 11 % plan.matters.count]
        let unit = units.first { $0.code == matter.unit } ?? town
        // Somebody else writes about the same place and matter a few days later.
        if index % 41 == 20,
            let original = earlier.last(where: { $0.fate.isOrdinary && $0.day < day.adding(days: -16) })
        {
            fate.original = original
            return MessageStory(
                stage: stage, day: day, place: original.place, kind: original.kind, title: original.title,
                text: original.text, answer: "", unit: original.unit, otherUnit: town, fate: fate)
        }
        return MessageStory(
            stage: stage, day: day, place: place, kind: matter.kind, title: matter.title,
            text: matter.text.replacing("{town}", with: place), answer: matter.answer, unit: unit,
            otherUnit: towns[(index * 7 + 5) % towns.count], fate: fate)
    }
}
