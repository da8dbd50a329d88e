import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addConnectionCommands } from './connections.ts';
import { addEventCommand } from './events.ts';
import { addFigureCommands } from './figures.ts';
import { addFloorCommands } from './floor.ts';
import { addLinkCommands } from './links.ts';
import { addPeopleCommands } from './people.ts';
import { addRoomCommands } from './rooms.ts';

/** Adds the commands that ask a running server. */
export function addClientCommands(program: Command, terminal: Terminal): void {
  addRoomCommands(program, terminal);
  addConnectionCommands(program, terminal);
  addFloorCommands(program, terminal);
  addLinkCommands(program, terminal);
  addPeopleCommands(program, terminal);
  addEventCommand(program, terminal);
  addFigureCommands(program, terminal);
}
