"""Completions for bash, zsh and fish, made from the parser: the shell answers Tab by itself and starts nothing."""

from __future__ import annotations

from collections.abc import Iterable

from engine.cli.all_commands import commands
from engine.cli.described import Command, Parameter
from engine.cli.help_page import first_sentence


def completion(shell: str) -> str:
    """Return the script that teaches `shell` ("bash", "zsh" or "fish") our commands, options and their values."""
    program, *rest = commands()
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](program, rest)


def _bash(program: Command, rest: list[Command]) -> str:
    values = [
        _bash_case(f"{command.name} {name}", option.choices)
        for command in rest
        for option in command.options
        for name in option.names
        if option.choices
    ]
    options = [_bash_case(command.name, _names(command)) for command in rest]
    arguments = [_bash_case(c.name, [word for a in c.arguments for word in a.choices]) for c in rest]
    return _BASH.format(
        commands=_quoted(" ".join(command.name for command in rest)),
        program=_quoted(" ".join(_names(program))),
        values="\n".join(values),
        options="\n".join(options),
        arguments="\n".join(line for line in arguments if not line.endswith("='' ;;")),
    )


_BASH = """\
# bash completion of pigeonhole
_pigeonhole() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
    local command="${{COMP_WORDS[1]}}" words=""
    if ((COMP_CWORD == 1)); then
        words={commands}
        [[ $word == -* ]] && words={program}
    else
        case "$command $before" in
{values}
        esac
        [[ -z $words && $word == -* ]] && case "$command" in
{options}
        esac
        [[ -z $words ]] && case "$command" in
{arguments}
        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))  # where it is empty, files are offered
}}
complete -o default -o bashdefault -F _pigeonhole pigeonhole
"""


def _bash_case(pattern: str, words: Iterable[str]) -> str:
    return f"            {_quoted(pattern)}) words={_quoted(' '.join(words))} ;;"


def _names(command: Command) -> list[str]:
    return [name for option in command.options for name in option.names]


def _zsh(_program: Command, rest: list[Command]) -> str:
    lines = [
        "#compdef pigeonhole",
        "# zsh completion of pigeonhole",
        "_pigeonhole() {",
        "  local -a commands",
        "  commands=(",
    ]
    lines += [f"    {_quoted(_colons(command.name) + ':' + _colons(first_sentence(command.help)))}" for command in rest]
    lines += ["  )", "  if (( CURRENT == 2 )); then"]
    lines += [
        "    _describe -t commands command commands -- && return",
        "    _files; return",
        "  fi",
        "  case $words[2] in",
    ]
    for command in rest:
        specs = " ".join(_zsh_option(option) for option in command.options)
        lines.append(
            f"    {command.name}) shift words; (( CURRENT-- )); _arguments {specs} {_quoted('*:file:_files')} ;;"
        )
    lines += ["  esac", "}", '_pigeonhole "$@"', ""]
    return "\n".join(lines)


def _zsh_option(option: Parameter) -> str:
    """The option as `_arguments` has it, once for each of its names."""
    about = first_sentence(option.help).replace("[", "(").replace("]", ")").replace(":", "\\:")
    if option.choices:
        value = f":value:({' '.join(option.choices)})"
    else:
        value = f":{option.metavar.replace(':', ' ')}:_files" if option.metavar else ""
    return " ".join(_quoted(f"*{name}[{about}]{value}") for name in option.names)


def _fish(program: Command, rest: list[Command]) -> str:
    lines = ["# fish completion of pigeonhole"]
    for command in rest:
        about = _fish_quoted(first_sentence(command.help))
        lines.append(f"complete -c pigeonhole -n __fish_use_subcommand -a {command.name} -d {about}")
    for command in [program, *rest]:
        when = f'-n "__fish_seen_subcommand_from {command.name}"' if command.name else "-n __fish_use_subcommand"
        for option in command.options:
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            value = (
                f" -x -a {_fish_quoted(' '.join(option.choices))}" if option.choices else " -r" * bool(option.metavar)
            )
            lines.append(f"complete -c pigeonhole {when} {names}{value} -d {_fish_quoted(first_sentence(option.help))}")
    return "\n".join([*lines, ""])


def _colons(text: str) -> str:
    return text.replace(":", "\\:")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
