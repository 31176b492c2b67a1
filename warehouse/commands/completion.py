"""Completion: what a shell needs to know to finish a half-typed `takeback` command.

In: the parser. Out: a script for bash, zsh or fish. Never: a start of Python while somebody types: the commands and
options are in the script.
"""

import argparse
from collections.abc import Iterator

BASH = """\
_takeback() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" options=""
    case "${{COMP_WORDS[1]}}" in
{cases}
    esac
    if [ "$COMP_CWORD" -eq 1 ]; then options="{commands}"; fi
    case "${{COMP_WORDS[COMP_CWORD-1]}}" in
        --home|--inbox|--output) COMPREPLY=($(compgen -f -- "$word")); return ;;
    esac
    COMPREPLY=($(compgen -W "$options" -- "$word"))
}}
complete -F _takeback takeback
"""


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """Write the completion script of a shell."""
    commands = dict(_commands(parser))
    if shell == "fish":
        return "".join(f"{line}\n" for line in _fish(commands))
    cases = "\n".join(f'        {name}) options="{" ".join(words)}" ;;' for name, (_, words) in commands.items())
    text = BASH.format(cases=cases, commands=" ".join(commands))
    return f"autoload -U +X bashcompinit && bashcompinit\n{text}" if shell == "zsh" else text


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, tuple[str, list[str]]]]:
    """Yield each command's name, what it does, and its options and choices."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, sub in action.choices.items():
                options = [word for option in sub._actions for word in option.option_strings if word.startswith("--")]
                choices = [
                    str(word)
                    for option in sub._actions
                    if option.choices and not option.option_strings
                    for word in option.choices
                ]
                yield name, (helps.get(name, ""), sorted({*options, *choices}))


def _fish(commands: dict[str, tuple[str, list[str]]]) -> Iterator[str]:
    for name, (words, options) in commands.items():
        meaning = words.replace("'", "\\'")
        yield f"complete -c takeback -f -n __fish_use_subcommand -a {name} -d '{meaning}'"
        for option in options:
            flag = f"-l {option.removeprefix('--')}" if option.startswith("--") else f"-a {option}"
            yield f"complete -c takeback -n '__fish_seen_subcommand_from {name}' {flag}"
