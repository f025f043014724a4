// room: Participation
