// Runs the round of round.ts with the client that oapi-codegen generated.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"clients/api"

	"github.com/oapi-codegen/runtime/types"
)

var nextLink = regexp.MustCompile(`<([^>]+)>; rel="next"`)

type seen map[string]any

// report prints what the client got, as round.ts states it.
func report(step string, response *http.Response, fields seen) {
	line := seen{"step": step, "status": response.StatusCode}
	for name, value := range fields {
		line[name] = value
	}
	text := must(json.Marshal(line))
	fmt.Println(string(text))
}

// nextCursor gives the cursor of the next page, from the Link header. It is nil on the last page.
func nextCursor(header http.Header) *string {
	link := nextLink.FindStringSubmatch(header.Get("Link"))
	if link == nil {
		return nil
	}
	cursor := must(url.Parse(link[1])).Query().Get("cursor")
	return &cursor
}

// kind is what follows # in the type of a problem.
func kind(problemType string) string {
	_, fragment, _ := strings.Cut(problemType, "#")
	return fragment
}

func titles(todos []api.Todo) []string {
	var titles []string
	for _, todo := range todos {
		titles = append(titles, todo.Title)
	}
	return titles
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
		return nil
	}
	client := must(api.NewClientWithResponses(os.Getenv("API_URL"), api.WithRequestEditorFn(authorize)))
	day := types.Date{Time: time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)}

	nextDay := types.Date{Time: day.AddDate(0, 0, 1)}

	created := must(client.CreateTodoWithResponse(ctx, nil, api.NewTodo{
		Title: "First", Date: &day, Order: new(16_777_217.0),
	}))
	todo, etag := created.JSON201, created.HTTPResponse.Header.Get("ETag")
	report("create", created.HTTPResponse, seen{
		"title": todo.Title, "date": todo.Date.String(), "order": todo.Order, "etag": etag,
	})

	another := must(client.CreateTodoWithResponse(ctx, nil, api.NewTodo{Title: "Second", Date: &nextDay}))
	report("create another", another.HTTPResponse, seen{"title": another.JSON201.Title})

	query := api.ListTodosParams{
		Limit: new(int32(1)), Completed: new(false), DateFrom: &day, Ordering: new(api.ListTodosParamsOrderingDate),
	}
	page := must(client.ListTodosWithResponse(ctx, &query))
	query.Cursor = nextCursor(page.HTTPResponse.Header)
	report("first page", page.HTTPResponse, seen{
		"titles": titles(*page.JSON200), "more": query.Cursor != nil,
	})

	rest := must(client.ListTodosWithResponse(ctx, &query))
	report("second page", rest.HTTPResponse, seen{
		"titles": titles(*rest.JSON200), "more": nextCursor(rest.HTTPResponse.Header) != nil,
	})

	ifUnchanged := &api.UpdateTodoParams{IfMatch: &etag}
	changes := api.TodoChanges{Completed: new(true)}
	changed := must(client.UpdateTodoWithResponse(ctx, todo.Id, ifUnchanged, changes))
	report("change", changed.HTTPResponse, seen{
		"title":     changed.JSON200.Title,
		"completed": changed.JSON200.Completed,
		"order":     changed.JSON200.Order,
		"etag":      changed.HTTPResponse.Header.Get("ETag"),
	})

	stale := must(client.UpdateTodoWithResponse(ctx, todo.Id, ifUnchanged, changes))
	report("change with the old ETag", stale.HTTPResponse, seen{
		"kind": kind(stale.ApplicationproblemJSON412.Type), "detail": stale.ApplicationproblemJSON412.Detail,
	})

	refused := must(client.ListTodosWithResponse(ctx, &api.ListTodosParams{
		DateFrom: &day, Ordering: new(api.ListTodosParamsOrderingCreated),
	}))
	report("list a range in another order", refused.HTTPResponse, seen{
		"kind": kind(refused.ApplicationproblemJSON400.Type),
		"errors":  (*refused.ApplicationproblemJSON400.Errors)["ordering"],
	})

	deleted := must(client.DeleteTodoWithResponse(ctx, todo.Id, nil))
	report("delete", deleted.HTTPResponse, nil)

	missing := must(client.GetTodoWithResponse(ctx, todo.Id, nil))
	report("get what is deleted", missing.HTTPResponse, seen{
		"kind": kind(missing.ApplicationproblemJSON404.Type), "detail": missing.ApplicationproblemJSON404.Detail,
	})
}
