using System.Globalization;
using Microsoft.Playwright;
using PipelineAspire.EndToEnd.Tests.Running;

namespace PipelineAspire.EndToEnd.Tests.Pages;

/// <summary>Tabs of one browser that come, go, hide and stand still in any order: in the end one stream serves all that are looked at.</summary>
[Collection(ClientCollection.Name)]
public sealed class RandomTabsTests(ClientSystem client)
{
    private const int Acts = 10;
    private const int Most = 5;

    private readonly RunningSystem _system = client.System;

    /// <summary>More browsers than usual, for a longer look: <c>BROWSERS=24</c>.</summary>
    private static int Browsers => int.Parse(Environment.GetEnvironmentVariable("BROWSERS") ?? "3", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData(Browser.PlainHttpHost)]
    public async Task WhateverTabsDoOneStreamServesAllInTheEnd(string host)
    {
        for (var seed = 1; seed <= Browsers; seed++)
        {
            await using var visitor = await client.Browser.VisitAsync(new UriBuilder(client.Address) { Host = host }.Uri);
            var life = new Life(visitor.Page, new Random(seed));
            try
            {
                await life.OpenAsync(visitor.Page);
                for (var act = 0; act < Acts; act++) await life.ActAsync(client.Relay);
                await life.CalmDownAsync();
                await client.Relay.OpenStreamsAsync(1);
                await _system.Backend.SetAsync("orders", seed % 2 == 0 ? "Paused" : "Failed");
                foreach (var tab in life.Tabs)
                {
                    await tab.ExpectStatusAsync("orders", seed % 2 == 0 ? "paused" : "failed");
                    await tab.ExpectFreshnessAsync("orders", "fresh");
                }

                Assert.Equal(1, client.Relay.Open);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}, after {string.Join(' ', life.Trace)}", e);
            }
        }
    }

    private sealed class Life(IPage first, Random random)
    {
        private readonly Dictionary<IPage, IDialog> _dialogs = [];

        public List<IPage> Tabs { get; } = [];

        public List<string> Trace { get; } = [];

        private IPage? Awake => Tabs.Where(tab => !_dialogs.ContainsKey(tab)).OrderBy(_ => random.Next()).FirstOrDefault();

        public async Task OpenAsync(IPage tab)
        {
            await tab.GotoAsync("/pipelines/orders");
            Tabs.Add(tab);
        }

        public async Task ActAsync(StreamRelay relay)
        {
            string[] acts = ["open", "close", "hide", "show", "dialog", "accept", "cut", "wait"];
            var act = acts[random.Next(acts.Length)];
            Trace.Add(act);
            switch (act)
            {
                case "open" when Tabs.Count < Most:
                    await OpenAsync(await first.Context.NewPageAsync());
                    break;
                case "close" when Tabs.Count > 1 && Awake is { } tab:
                    Tabs.Remove(tab);
                    await tab.CloseAsync();
                    break;
                case "hide" when Awake is { } tab:
                    await tab.SetVisibilityAsync("hidden");
                    break;
                case "show" when Awake is { } tab:
                    await tab.SetVisibilityAsync("visible");
                    break;
                case "dialog" when Awake is { } tab:
                    _dialogs[tab] = await StandStillAsync(tab);
                    break;
                case "accept" when _dialogs.Count > 0:
                    await AcceptAsync(_dialogs.Keys.First());
                    break;
                case "cut":
                    relay.Cut();
                    break;
                case "wait":
                    await Bounded.PassAsync(TimeSpan.FromMilliseconds(random.Next(1500)));
                    break;
            }
        }

        public async Task CalmDownAsync()
        {
            foreach (var tab in _dialogs.Keys.ToArray()) await AcceptAsync(tab);
            foreach (var tab in Tabs) await tab.SetVisibilityAsync("visible");
            foreach (var tab in Tabs) await tab.ExpectStateAsync("connected");
        }

        private static async Task<IDialog> StandStillAsync(IPage tab)
        {
            var opened = new TaskCompletionSource<IDialog>();
            void Take(object? sender, IDialog dialog) => opened.TrySetResult(dialog);
            tab.Dialog += Take;
            await tab.EvaluateAsync("setTimeout(() => alert('Wait.'), 0)");
            var dialog = await opened.Task.WaitAsync(Bounded.Patience);
            tab.Dialog -= Take;
            return dialog;
        }

        private async Task AcceptAsync(IPage tab)
        {
            _dialogs.Remove(tab, out var dialog);
            await dialog!.AcceptAsync();
        }
    }
}
