%% N processes of the BEAM that are busy all the time; with N = 0 it is idle. Usage: busy SECONDS N
-module(busy).
-export([main/1]).

main(Words) ->
    [Seconds, Count] = [list_to_integer(Word) || Word <- Words],
    End = erlang:monotonic_time(millisecond) + Seconds * 1000,
    [spawn_link(fun() -> loop(End) end) || _ <- lists:seq(1, Count)],
    timer:sleep(Seconds * 1000),
    halt(0).

loop(End) ->
    case erlang:monotonic_time(millisecond) of
        Now when Now >= End -> ok;
        _ -> lists:foldl(fun(X, S) -> X + S end, 0, lists:seq(1, 5000)), loop(End)
    end.
